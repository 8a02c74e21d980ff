import { chunkOf, eventLine, type RecordedEvent } from '../record/event-lines.ts';
import type { Commits } from '../store/commits.ts';
import { durably } from '../store/durable.ts';
import type { Fence, Ledger } from './ledger.ts';

/** The most text of events in one row, in characters. */
const mostChunkChars = 128 * 1024;
/** Backpressure: text that may wait for the disk before the launcher is paused, in characters. */
const mostWaitingChars = 1024 * 1024;

/** Stores the events of an attempt, in order, under its fence. */
export interface Recorder {
  /** Takes an event, and a change of the record that goes with it; waits only for a slow disk. */
  take(event: RecordedEvent, change?: () => void): Promise<void>;
  /** Stores `change` after all that was taken; resolves when everything is on the disk. */
  finish(change: () => void): Promise<void>;
}

interface Item {
  readonly seq: number;
  /** Undefined for a change without an event. */
  readonly line: string | undefined;
  readonly change: (() => void) | undefined;
  readonly isLast: boolean;
}

/** `stored` is called when new events can be read. */
export function recorder(
  { commits, ledger }: { readonly commits: Commits; readonly ledger: Ledger },
  fence: Fence,
  stored: () => void,
): Recorder {
  let waiting: Item[] = [];
  let waitingChars = 0;
  let pumping: Promise<void> | undefined;

  /** Runs until the queue is empty. Everything queued when a transaction starts goes into it. */
  const pump = async (): Promise<void> => {
    while (waiting.length > 0) {
      let taken: Item[] | undefined;
      const store = (): void => {
        if (taken === undefined) {
          taken = waiting;
          waiting = [];
          waitingChars = 0;
        }
        write(taken, ledger, fence);
      };
      // Only its end must survive a crash of the machine: a run in progress restarts, or is lost,
      // anyway.
      await durably(commits, store, () => (taken ?? waiting).every(({ isLast }) => !isLast));
      stored();
    }
    pumping = undefined;
  };
  const add = (item: Item): Promise<void> => {
    waiting.push(item);
    waitingChars += item.line?.length ?? 0;
    pumping ??= pump();
    return pumping;
  };
  return {
    take: async (event, change) => {
      const line = eventLine(event);
      const pumped = add({ seq: event.seq, line, change, isLast: false });
      pumped.catch(() => undefined);
      if (waitingChars > mostWaitingChars) await pumped;
    },
    finish: (change) => add({ seq: 0, line: undefined, change, isLast: true }),
  };
}

function write(items: readonly Item[], ledger: Ledger, fence: Fence): void {
  let lines: string[] = [];
  let chars = 0;
  let lastSeq = 0;
  const store = (): void => {
    if (lines.length > 0) ledger.events(fence, lastSeq, chunkOf(lines));
    lines = [];
    chars = 0;
  };
  for (const { seq, line, change } of items) {
    if (line !== undefined) {
      lines.push(line);
      chars += line.length;
      lastSeq = seq;
    } else store();
    change?.();
    if (chars > mostChunkChars) store();
  }
  store();
}
