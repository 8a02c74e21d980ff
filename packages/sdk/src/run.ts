import type { PagePicture, Run, RunEvent } from '@castellan/protocol';
import { CastellanError } from './error.ts';
import { eventsOf, type EventsOptions } from './events.ts';
import type { Http } from './http.ts';
import { pagesOf } from './pages.ts';

/** How to stop waiting. */
export interface Stoppable {
  readonly signal?: AbortSignal | undefined;
}

/** A token that reads the events and artifacts of one run, for a page. */
export interface RunToken {
  /** For `?token=`. Whoever has it reads the run. */
  readonly token: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

/** What can be done with a run of the service. */
export interface RunCalls {
  /**
   * What happens in the run, from its beginning, up to `run.finished`. A connection that breaks is made
   * again, and nothing is missed or told twice.
   */
  events(options?: EventsOptions): AsyncGenerator<RunEvent, void, undefined>;
  /**
   * What the pages of its browser look like, up to its end. Pictures are made as long as somebody watches;
   * whoever is slow gets the newest. A run without a browser has none.
   */
  pages(options?: Stoppable): AsyncGenerator<PagePicture, void, undefined>;
  /** The run when it has ended. A script that failed is a result: see `status`, `reason` and `error`. */
  result(options?: Stoppable): Promise<Run>;
  /**
   * Cancels the run, and waits for nothing. Throws `run_ended` when it has ended: it keeps its status.
   */
  cancel(options?: Stoppable): Promise<void>;
  /** The bytes of an artifact that an event or the run has named. */
  artifact(name: string, options?: Stoppable): Promise<Uint8Array<ArrayBuffer>>;
  /** Gives a page the right to read this run. */
  token(options?: Stoppable): Promise<RunToken>;
}

/** A run as it was when it was asked for, and what can be done with it. */
export type SubmittedRun = Run & RunCalls;

export function submitted(http: Http, run: Run): SubmittedRun {
  const path = pathOf(run.id);
  const calls: RunCalls = {
    events: (options) => eventsOf(http, run.id, options),
    pages: (options) => pagesOf(http, run.id, options),
    async result({ signal } = {}) {
      if (run.finishedAt !== null) return run;
      for await (const event of eventsOf(http, run.id, { signal })) {
        if (event.type === 'run.finished') return event.run;
      }
      throw new CastellanError(0, 'broken_answer', `The events of ${run.id} ended before the run`);
    },
    cancel: async ({ signal } = {}) => cancelRun(http, run.id, signal),
    artifact: async (name, { signal } = {}) =>
      http.bytes(`${path}/artifacts/${encodeURIComponent(name)}`, { signal }),
    token: async ({ signal } = {}) => http.json(`${path}/token`, { method: 'POST', signal }),
  };
  return { ...run, ...calls };
}

export async function cancelRun(http: Http, id: string, signal?: AbortSignal): Promise<void> {
  const response = await http.ask(pathOf(id), { method: 'DELETE', signal });
  await response.body?.cancel();
}

function pathOf(id: string): string {
  return `v1/runs/${encodeURIComponent(id)}`;
}
