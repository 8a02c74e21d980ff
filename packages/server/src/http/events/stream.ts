import type { ServerResponse } from 'node:http';
import type { RunEvent } from '@castellan/protocol';

const pingMs = 15_000;
/** How long a reader may take nothing before its connection is ended. It can resume. */
const stalledMs = 60_000;

/** At this length events are written before the turn ends. */
const pieceChars = 65_536;

/** One event as a client reads it; JSON has no line breaks outside its escapes. */
function frameOf(event: RunEvent): string {
  const data = event.type === 'run.finished' || event.type === 'run.queued' ? event.run : event;
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * Writes events as they come, as fast as the reader takes them and no faster: what it has not
 * taken stays in the store. Returns when the events end or `stop` is called by the reader's end.
 */
export async function writeEvents(
  events: AsyncIterable<RunEvent>,
  response: ServerResponse,
  stop: AbortController,
): Promise<void> {
  // What comes in one turn of the event loop goes out as one piece.
  let text = '';
  let turn: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearImmediate(turn);
    turn = undefined;
    if (text !== '' && !response.destroyed) response.write(text);
    text = '';
  };
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': ping\n\n');
  }, pingMs);
  try {
    for await (const event of events) {
      if (stop.signal.aborted) return;
      text += frameOf(event);
      if (text.length < pieceChars) turn ??= setImmediate(flush);
      else flush();
      if (response.writableNeedDrain) await drained(response, stop);
    }
    flush();
  } finally {
    clearImmediate(turn);
    clearInterval(ping);
  }
}

/** Resolves when the reader has taken what was written; stops it when it takes nothing for long. */
async function drained(response: ServerResponse, stop: AbortController): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const go = (): void => resolve();
  const stalled = setTimeout(() => {
    response.destroy();
    stop.abort();
  }, stalledMs);
  response.once('drain', go);
  stop.signal.addEventListener('abort', go, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(stalled);
    response.off('drain', go);
    stop.signal.removeEventListener('abort', go);
  }
}
