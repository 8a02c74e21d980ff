import { CastellanError } from '@castellan/protocol';
import { isDeepStrictEqual } from 'node:util';
import { DatabaseSync } from 'node:sqlite';
import { compare, copy, type Rows } from './rows.ts';
import type { Side } from './side.ts';
import { type MovedStore, movedStores } from './stores.ts';
import { type Table, tablesOf } from './tables.ts';

/** What was moved, each row read back and compared. */
export interface Moved {
  /** Rows by what they are: keys, runs. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rows of all tables. */
  readonly rows: number;
  /** Where the stores are kept that were moved. */
  readonly retired: readonly string[];
}

export interface MoveOptions {
  /** Stops between two batches; the next move goes on there. */
  readonly signal: AbortSignal;
  readonly onStage: (what: string) => void;
  /** Called with the rows of a table that were copied so far. */
  readonly onRows: (table: string, count: number) => void;
}

/**
 * Moves all stores from one side to the other: copies them beside what is there, compares every row,
 * makes stores of the copies, and puts aside those that they were copied from. Killed at any point, it
 * can be called again, and goes on.
 */
export async function move(from: Side, to: Side, options: MoveOptions): Promise<Moved> {
  const { signal } = options;
  const counts: Record<string, number> = {};
  const copied: MovedStore[] = [];
  const there: MovedStore[] = [];
  let rows = 0;
  for (const store of movedStores) {
    const source = await from.stored(store);
    if (source === undefined) continue;
    there.push(store);
    const tables = tablesIn(store);
    const target = await to.stored(store);
    if (target !== undefined && !(await isEmpty(target, store, tables))) {
      // An earlier move came to its end but for putting the source aside.
      options.onStage(`comparing the ${store.what} of ${to.name}`);
      const same = await compareAll(source, target, tables, signal);
      if (typeof same === 'string') throw notEmpty(to, store);
      counts[store.what] = same.get(store.main) ?? 0;
      rows += sum(same);
      continue;
    }
    options.onStage(`copying the ${store.what} of ${from.name}`);
    const copies = await copyAll(source, to, store, tables, options);
    options.onStage(`comparing the ${store.what}`);
    const same = await compareAll(source, copies, tables, signal);
    if (typeof same === 'string') {
      await to.discard(store);
      throw new CastellanError('invalid_option', `The copy in ${to.name} is not whole: ${same}.`, {
        fix: 'start again: it copies everything anew',
      });
    }
    copied.push(store);
    counts[store.what] = same.get(store.main) ?? 0;
    rows += sum(same);
  }
  if (there.length === 0) {
    throw new CastellanError('invalid_option', `There is nothing to move in ${from.name}.`, {
      fix: 'name where runs and keys are, with --data or --store',
    });
  }
  await to.publish(copied);
  return { counts, rows, retired: await from.retire(there) };
}

async function copyAll(
  source: Rows,
  to: Side,
  store: MovedStore,
  tables: readonly Table[],
  { signal, onRows }: MoveOptions,
): Promise<Rows> {
  let copies = await to.copied(store);
  const stamp = tables.find(({ name }) => name === store.stamp);
  const isGoingOn =
    stamp !== undefined &&
    isDeepStrictEqual(
      await source.read(stamp, undefined, 1),
      await copies.read(stamp, undefined, 1),
    );
  if (!isGoingOn) {
    await to.discard(store);
    copies = await to.copied(store);
    if (stamp !== undefined) await copy(source, copies, stamp, signal, () => undefined);
  }
  for (const table of tables) {
    let count = 0;
    await copy(source, copies, table, signal, (more) => onRows(table.name, (count += more)));
  }
  return copies;
}

/** Rows by table, or where the sides differ. */
async function compareAll(
  one: Rows,
  other: Rows,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<Map<string, number> | string> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const found = await compare(one, other, table, signal);
    if (typeof found === 'string') return found;
    counts.set(table.name, found);
  }
  return counts;
}

async function isEmpty(rows: Rows, { main }: MovedStore, tables: readonly Table[]) {
  const table = tables.find(({ name }) => name === main);
  return table !== undefined && (await rows.read(table, undefined, 1)).length === 0;
}

function notEmpty({ name }: Side, { what }: MovedStore): CastellanError {
  return new CastellanError('invalid_option', `There are ${what} in ${name} already.`, {
    fix: 'move into a database or a folder that has none; nothing was changed',
  });
}

/** The tables of a store, as a new file has them. */
function tablesIn({ make }: MovedStore): Table[] {
  const blank = new DatabaseSync(':memory:');
  try {
    make(blank);
    return tablesOf(blank);
  } finally {
    blank.close();
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
