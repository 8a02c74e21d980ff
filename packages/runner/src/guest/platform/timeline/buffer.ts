import type { Entry } from './entry.ts';

/** What has been measured in one global scope. */
export interface Buffer {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** Drops the entries of a type, or those of one name. */
  clear(type: Entry['entryType'], name: unknown): void;
}

/** `onAdd` is told of each entry. */
export function createBuffer(onAdd: (entry: Entry) => void): Buffer {
  let entries: readonly Entry[] = [];
  let fresh: Entry[] = [];
  return {
    get entries() {
      if (fresh.length > 0) {
        entries = [...entries, ...fresh];
        fresh = [];
      }
      return entries;
    },
    add(entry) {
      fresh.push(entry);
      onAdd(entry);
    },
    clear(type, name) {
      const gone = name === undefined ? undefined : `${name as string}`;
      entries = this.entries.filter(
        (entry) => entry.entryType !== type || (gone !== undefined && entry.name !== gone),
      );
    },
  };
}

/** The entries of a name and a type, where they are given, in the order of their start times. */
export function select(entries: readonly Entry[], name?: unknown, type?: unknown): Entry[] {
  const [named, typed] = [name, type].map((value) =>
    value === undefined ? undefined : `${value as string}`,
  );
  return entries
    .filter((entry) => typed === undefined || entry.entryType === typed)
    .filter((entry) => named === undefined || entry.name === named)
    .toSorted((a, b) => a.startTime - b.startTime);
}
