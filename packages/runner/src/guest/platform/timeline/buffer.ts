import type { Entry } from './entry.ts';

/** The performance entries of one global scope. */
export interface Buffer {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** Drops the entries of a type, or those of one name. */
  clear(type: Entry['entryType'], name: unknown): void;
}

/** `onAdd` is called with each entry. */
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

/** The entries with a name and a type, if these are given, by start time. */
export function select(entries: readonly Entry[], name?: unknown, type?: unknown): Entry[] {
  const [named, typed] = [name, type].map((value) =>
    value === undefined ? undefined : `${value as string}`,
  );
  return entries
    .filter((entry) => typed === undefined || entry.entryType === typed)
    .filter((entry) => named === undefined || entry.name === named)
    .toSorted((a, b) => a.startTime - b.startTime);
}
