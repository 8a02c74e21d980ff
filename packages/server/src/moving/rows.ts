import { isDeepStrictEqual } from 'node:util';
import type { Table } from './tables.ts';

/** The values of a row, in the order of the table's columns; bytes as hexadecimal text. */
export type Row = readonly (string | number | null)[];

/** The rows of a store, wherever it is. */
export interface Rows {
  /** At most `most` rows after the one with this key, in the order of the key; of any, all. */
  read(table: Table, after: Row | undefined, most: number): Promise<Row[]>;
  /** The key of the last row; undefined without any. */
  last(table: Table): Promise<Row | undefined>;
  /** Adds rows, all or none; what has one row only is replaced. */
  write(table: Table, rows: readonly Row[]): Promise<void>;
  clear(table: Table): Promise<void>;
}

const fewest = 16;
const mostAtOnce = 1_000;
/** Rows are read a few at a time where they are large, in characters. */
const wantedChars = 2 ** 20;

/** All rows after a key, a batch at a time. */
async function* batches(from: Rows, table: Table, start: Row | undefined): AsyncGenerator<Row[]> {
  let most = fewest;
  for (let after = start; ;) {
    const rows = await from.read(table, after, most);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < most || table.key.length === 0) return;
    after = table.key.map((at) => last[at] ?? null);
    const chars = JSON.stringify(rows).length;
    most = Math.max(fewest, Math.min(mostAtOnce, Math.ceil((most * wantedChars) / chars)));
  }
}

/**
 * Copies what is not there yet. Rows are written in the order of their key, and a batch all or not,
 * so the last one that is there says where to go on.
 */
export async function copy(
  from: Rows,
  to: Rows,
  table: Table,
  signal: AbortSignal,
  onRows: (count: number) => void,
): Promise<void> {
  for await (const rows of batches(from, table, await to.last(table))) {
    signal.throwIfAborted();
    await to.write(table, rows);
    onRows(rows.length);
  }
}

/** Reads all rows of both sides: how many there are, or in words where they differ. */
export async function compare(
  one: Rows,
  other: Rows,
  table: Table,
  signal: AbortSignal,
): Promise<number | string> {
  let count = 0;
  let after: Row | undefined;
  for await (const rows of batches(one, table, undefined)) {
    signal.throwIfAborted();
    const beside = await other.read(table, after, rows.length);
    const at = rows.findIndex((row, index) => !isDeepStrictEqual(row, beside[index]));
    if (at !== -1) return `row ${count + at + 1} of ${table.name} is not the same`;
    count += rows.length;
    const last = rows.at(-1) ?? [];
    after = table.key.map((place) => last[place] ?? null);
  }
  const more = table.key.length > 0 && (await other.read(table, after, 1)).length > 0;
  return more ? `${table.name} has more than ${count} rows` : count;
}
