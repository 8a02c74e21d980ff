import { bareList } from './natives.ts';

/** What the heap orders: by time, then by age. */
export interface Entry {
  readonly dueMs: number;
  readonly sequence: number;
  /** The entry's index in the heap; -1 when it is not in it. */
  index: number;
}

/** A binary heap whose entries know their index, so that removing one takes O(log n) too. */
export interface TimerHeap<T extends Entry> {
  readonly first: T | undefined;
  add(entry: T): void;
  remove(entry: T): void;
}

/** Creates an empty heap. */
export function createTimerHeap<T extends Entry>(): TimerHeap<T> {
  const entries = bareList<T>();

  const place = (entry: T, index: number): void => {
    entries[index] = entry;
    entry.index = index;
  };
  const rise = (entry: T, from: number): void => {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, entries[parent]!)) break;
      place(entries[parent]!, index);
      index = parent;
    }
    place(entry, index);
  };
  const sink = (entry: T, from: number): void => {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child++;
      if (!isBefore(entries[child]!, entry)) break;
      place(entries[child]!, index);
      index = child;
    }
    place(entry, index);
  };

  return {
    get first() {
      return entries[0];
    },
    add: (entry) => rise(entry, entries.length),
    remove(entry) {
      const { index } = entry;
      if (index < 0) return;
      const last = entries[entries.length - 1]!;
      entries.length--;
      entry.index = -1;
      if (last === entry) return;
      if (index > 0 && isBefore(last, entries[(index - 1) >> 1]!)) rise(last, index);
      else sink(last, index);
    },
  };
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.dueMs === right.dueMs ? left.sequence < right.sequence : left.dueMs < right.dueMs;
}
