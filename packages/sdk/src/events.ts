import type { Run, RunEvent } from '@castellan/protocol';
import { CastellanError } from './error.ts';
import { messagesOf } from './event-stream.ts';
import type { Http } from './http.ts';
import { pause } from './pause.ts';

/** Where to begin, and when to stop. */
export interface EventsOptions {
  /** Only events with a larger `seq`. Default 0: all of them. */
  readonly after?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Before a stream that broke is opened again. */
const againMs = 250;
/** How long a service that has answered before may be away: a restart takes seconds. */
const patienceMs = 60_000;

/**
 * The events of a run, each once and in order, up to `run.finished`. A stream that breaks is opened again
 * where it broke. Throws `CastellanError`, or the signal's reason.
 */
export async function* eventsOf(
  http: Http,
  id: string,
  { after = 0, signal }: EventsOptions = {},
): AsyncGenerator<RunEvent> {
  let last = after;
  let heardAt: number | undefined;
  for (;;) {
    try {
      const response = await http.ask(`v1/runs/${encodeURIComponent(id)}/events?after=${last}`, {
        headers: { accept: 'text/event-stream' },
        signal,
      });
      for await (const { id: seq, event, data } of messagesOf(streamOf(response))) {
        heardAt = performance.now();
        // Without a number it is a picture of a page, or something newer than this client.
        if (seq === undefined || seq === '') continue;
        last = Number(seq);
        yield eventOf(event, last, data);
        if (event === 'run.finished') return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // Of a stream that breaks in its middle, the reader tells with an error of the platform's.
      const isAway = !(error instanceof CastellanError) || error.code === 'unreachable';
      if (!isAway || heardAt === undefined || performance.now() - heardAt > patienceMs) throw error;
    }
    await pause(againMs, signal);
  }
}

function streamOf(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  const type = response.headers.get('content-type') ?? 'no type';
  if (response.body !== null && type.startsWith('text/event-stream')) return response.body;
  const text = `${response.url} answers ${type} in place of events. Is the url that of a Castellan service?`;
  throw new CastellanError(response.status, 'broken_answer', text);
}

/** The first and the last event carry the run as it is, all others themselves. */
function eventOf(type: string | undefined, seq: number, data: string): RunEvent {
  const body = JSON.parse(data) as unknown;
  if (type !== 'run.queued' && type !== 'run.finished') return { ...(body as RunEvent), seq };
  const run = body as Run;
  const time = (type === 'run.queued' ? run.createdAt : run.finishedAt) ?? run.createdAt;
  return { type, seq, time, run };
}
