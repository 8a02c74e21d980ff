import type { ServerResponse } from 'node:http';
import type { StoredEvent } from '../../runs/contract/runs.ts';

const pingMs = 15_000;
/** How long a client may read nothing before its connection is closed. It can resume. */
const stalledMs = 60_000;

/** Buffered events are written early when they exceed this length. */
const pieceChars = 65_536;

/** One event in the format of server-sent events. JSON text has no raw line breaks. */
function frameOf({ seq, type, json }: StoredEvent): string {
  return `id: ${seq}\nevent: ${type}\ndata: ${json}\n\n`;
}

/**
 * Writes events under backpressure: what the client has not read stays in the store. Returns when
 * the events end, or when the client disconnects and `stop` aborts.
 */
export async function writeEvents(
  events: AsyncIterable<StoredEvent>,
  response: ServerResponse,
  stop: AbortController,
): Promise<void> {
  // All events of one turn of the event loop are written as one piece.
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

/**
 * Writes pictures of pages between the events, none of them while the client has something to read. They
 * have no id: whoever comes back gets newer ones.
 */
export async function writePages(
  pages: AsyncIterable<string>,
  response: ServerResponse,
  stop: AbortController,
): Promise<void> {
  for await (const json of pages) {
    if (response.writableNeedDrain) await drained(response, stop);
    if (stop.signal.aborted) return;
    response.write(`event: page\ndata: ${json}\n\n`);
    if (response.writableNeedDrain) await drained(response, stop);
  }
}

/**
 * Resolves when the client has read what was written; aborts `stop` when it reads nothing for too
 * long.
 */
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
