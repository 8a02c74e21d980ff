import type { Run, RunEvent } from '@castellan/protocol';
import { CastellanError } from './error.ts';
import { messagesOf, streamOf } from './event-stream.ts';
import { type Http, isPassing } from './http.ts';
import { pause } from './pause.ts';

/** Where to begin, and when to stop. */
export interface EventsOptions {
  /** Only events with a larger `seq`. Default 0: all of them. */
  readonly after?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Before a stream that broke is opened again. */
const againMs = 250;

/**
 * The events of a run, each once and in order, up to `run.finished`. A stream that breaks is opened again
 * where it broke, as long as the client has patience. Throws `CastellanError`, or the signal's reason.
 */
export async function* eventsOf(
  http: Http,
  id: string,
  { after = 0, signal }: EventsOptions = {},
): AsyncGenerator<RunEvent> {
  let last = after;
  /** When a service that is away is given up. One that never answered is not waited for. */
  let giveUpAt = 0;
  for (;;) {
    let openedAt = Infinity;
    let isHeard = false;
    let waitMs = againMs;
    let failure: unknown;
    try {
      const response = await http.ask(`v1/runs/${encodeURIComponent(id)}/events?after=${last}`, {
        headers: { accept: 'text/event-stream' },
        signal,
      });
      openedAt = performance.now();
      if (giveUpAt === 0) giveUpAt = openedAt + http.patienceMs;
      for await (const { id: seq, event, data } of messagesOf(streamOf(response))) {
        isHeard = true;
        // Without a number it is a picture of a page, or something newer than this client.
        if (seq === undefined || seq === '') continue;
        last = Number(seq);
        yield eventOf(event, last, bodyOf(http, response, data));
        if (event === 'run.finished') return;
      }
      const text = `${response.url} ends the events of ${id} before the run has ended`;
      failure = new CastellanError(response.status, 'broken_answer', text);
    } catch (error) {
      signal?.throwIfAborted();
      // Of a stream that breaks in its middle, the reader tells with an error of the platform's.
      if (error instanceof CastellanError) {
        if (!isPassing(error)) throw error;
        waitMs = error.retryAfterMs ?? againMs;
      }
      failure = error;
    }
    const now = performance.now();
    // A quiet run sends no message for hours.
    if (isHeard || now - openedAt > http.patienceMs) giveUpAt = now + http.patienceMs;
    else if (now + waitMs > giveUpAt) throw failure;
    await pause(waitMs, signal);
  }
}

function bodyOf(http: Http, { url, status }: Response, data: string): unknown {
  try {
    return http.parse(data);
  } catch (cause) {
    const text = `${url} sends an event that is no JSON. Is the url that of a Castellan service?`;
    throw new CastellanError(status, 'broken_answer', text, { cause });
  }
}

/** The first and the last event carry the run as it is, all others themselves. */
function eventOf(type: string | undefined, seq: number, body: unknown): RunEvent {
  if (type !== 'run.queued' && type !== 'run.finished') return { ...(body as RunEvent), seq };
  const run = body as Run;
  const time = (type === 'run.queued' ? run.createdAt : run.finishedAt) ?? run.createdAt;
  return { type, seq, time, run };
}
