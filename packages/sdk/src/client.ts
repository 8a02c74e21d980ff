import type { Problem, Run } from '@castellan/protocol';
import { type Admin, adminOf } from './admin.ts';
import { type ClientOptions, Http } from './http.ts';
import type { CheckRequest, RunQuery, RunRequest } from './request.ts';
import { cancelRun, type Stoppable, submitted, type SubmittedRun } from './run.ts';
import { type Shares, sharesOf } from './shares.ts';

/** How a run is submitted. */
export interface CreateOptions extends Stoppable {
  /** Seconds that the answer may wait for the end of the run, up to 60. Default 0. */
  readonly waitS?: number | undefined;
  /**
   * Whoever sends the same request with the same key within 24 hours gets the same run. Default: a
   * random one, so that a retry of this call starts nothing twice.
   */
  readonly idempotencyKey?: string | undefined;
}

/** One page of runs, the newest first. */
export interface RunPage {
  readonly items: readonly Run[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The runs of a service. */
export interface Runs {
  /** Submits a run: it is durable when this resolves. */
  create(request: RunRequest, options?: CreateOptions): Promise<SubmittedRun>;
  get(id: string, options?: Stoppable): Promise<SubmittedRun>;
  /** As `cancel` of the run, for whoever has its id alone. */
  cancel(id: string, options?: Stoppable): Promise<void>;
  list(query?: RunQuery, options?: Stoppable): Promise<RunPage>;
  /** Submits the same run once more, as long as the service keeps what was asked for. */
  again(id: string, options?: Omit<CreateOptions, 'waitS'>): Promise<SubmittedRun>;
}

/** A client of one service. It holds no connection: there is nothing to close. */
export interface Client {
  readonly runs: Runs;
  /** What is wrong with a script, without running it: advice, on which no security rests. */
  check(request: CheckRequest, options?: Stoppable): Promise<readonly Problem[]>;
  /** Scripts that are stored for others to open. */
  readonly shares: Shares;
  /** For operators. */
  readonly admin: Admin;
}

/** Makes a client. Throws a `TypeError` for options that cannot be used. */
export function createClient(options: ClientOptions): Client {
  const http = new Http(options);
  return {
    runs: {
      async create(request, { signal, waitS = 0, idempotencyKey = randomKey() } = {}) {
        const run = await http.json<Run>('v1/runs', {
          method: 'POST',
          headers: {
            'idempotency-key': idempotencyKey,
            ...(waitS > 0 ? { prefer: `wait=${waitS}` } : {}),
          },
          body: request,
          signal,
        });
        return submitted(http, run);
      },
      get: async (id, { signal } = {}) =>
        submitted(http, await http.json<Run>(`v1/runs/${encodeURIComponent(id)}`, { signal })),
      cancel: async (id, { signal } = {}) => cancelRun(http, id, signal),
      list: async (query = {}, { signal } = {}) =>
        http.json(`v1/runs${searchOf(query)}`, { signal }),
      async again(id, { signal, idempotencyKey = randomKey() } = {}) {
        const run = await http.json<Run>(`v1/runs/${encodeURIComponent(id)}/again`, {
          method: 'POST',
          headers: { 'idempotency-key': idempotencyKey },
          signal,
        });
        return submitted(http, run);
      },
    },
    shares: sharesOf(http),
    admin: adminOf(http),
    async check(request, { signal } = {}) {
      const { problems } = await http.json<{ readonly problems: readonly Problem[] }>('v1/check', {
        method: 'POST',
        body: request,
        signal,
      });
      return problems;
    },
  };
}

function searchOf(query: RunQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query })) {
    if (value !== undefined) search.set(name, `${value}`);
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/** `crypto.randomUUID` is not there on pages of plain http. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
