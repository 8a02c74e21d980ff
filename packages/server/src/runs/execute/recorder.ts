import { chunkOf, eventLine, type RecordedEvent } from '../record/event-lines.ts';
import { durably } from '../store/durable.ts';
import type { Batch, Change, Chunk, Ending, Fence, Store } from '../store/store.ts';

/** The most text of events in one row, in characters. */
const mostChunkChars = 128 * 1024;
/** Backpressure: text that may wait for the disk before the launcher is paused, in characters. */
const mostWaitingChars = 1024 * 1024;

/** Stores the events of an attempt, in order, under its fence. */
export interface Recorder {
  /** Takes an event, and the change that it brings; waits only for a slow disk. */
  take(event: RecordedEvent, change?: Change): Promise<void>;
  /** Resolves when all that was taken is stored. */
  flushed(): Promise<void>;
  /**
   * Stores the end after all that was taken; resolves when everything is on the disk. `onEnding` is
   * called when the transaction that stores it begins.
   */
  finish(ending: Ending, onEnding: () => void): Promise<void>;
}

interface Item {
  readonly seq: number;
  readonly line: string;
  readonly change: Change | undefined;
}

/** `stored` is called when new events can be read, with the ids of artifacts that were replaced. */
export function recorder(
  store: Pick<Store, 'append'>,
  fence: Fence,
  stored: (replaced: readonly string[]) => void,
): Recorder {
  let waiting: Item[] = [];
  let waitingChars = 0;
  let last: { readonly ending: Ending; readonly onEnding: () => void } | undefined;
  let pumping: Promise<void> | undefined;

  /** Everything that waits when a transaction begins goes into it. */
  const takeAll = (): Batch => {
    const batch = batchOf(waiting, last?.ending);
    last?.onEnding();
    waiting = [];
    waitingChars = 0;
    last = undefined;
    return batch;
  };
  const hasMore = (): boolean => waiting.length > 0 || last !== undefined;
  const pump = async (): Promise<void> => {
    while (hasMore()) {
      let taken: Batch | undefined;
      stored(await durably(() => store.append(fence, () => (taken ??= takeAll()))));
    }
    pumping = undefined;
  };
  return {
    take: async (event, change) => {
      const line = eventLine(event);
      waiting.push({ seq: event.seq, line, change });
      waitingChars += line.length;
      const pumped = (pumping ??= pump());
      pumped.catch(() => undefined);
      if (waitingChars > mostWaitingChars) await pumped;
    },
    flushed: async () => pumping,
    finish: (ending, onEnding) => {
      last = { ending, onEnding };
      return (pumping ??= pump());
    },
  };
}

/** Items in their order, in chunks that are not too large. */
export function batchOf(items: readonly Item[], ending?: Ending): Batch {
  const chunks: Chunk[] = [];
  let lines: string[] = [];
  let chars = 0;
  for (const [at, { seq, line }] of items.entries()) {
    lines.push(line);
    chars += line.length;
    if (chars <= mostChunkChars && at < items.length - 1) continue;
    chunks.push({ lastSeq: seq, body: chunkOf(lines) });
    lines = [];
    chars = 0;
  }
  const changes = items.flatMap(({ change }) => change ?? []);
  const [first] = items;
  const firstSeq = first && { firstSeq: first.seq };
  return { ...firstSeq, chunks, changes, ...(ending === undefined ? {} : { ending }) };
}
