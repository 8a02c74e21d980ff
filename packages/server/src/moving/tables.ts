import type { DatabaseSync } from 'node:sqlite';

/** A table that files and databases have alike; what only one of them has is not moved. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The places of the columns that tell a row from all others; none where there is one row only. */
  readonly key: readonly number[];
}

export interface Column {
  readonly name: string;
  readonly kind: 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB';
}

/** Tables have one row where they have this column. */
export const onlyRow = 'only';

/** The tables of a file, each after those that its rows refer to. */
export function tablesOf(database: DatabaseSync): Table[] {
  const names = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));
  const parents = new Map(
    names.map((name) => [
      name,
      database
        .prepare('SELECT DISTINCT "table" AS parent FROM pragma_foreign_key_list(?)')
        .all(name)
        .map(({ parent }) => String(parent))
        .filter((parent) => parent !== name),
    ]),
  );
  const sorted: string[] = [];
  while (sorted.length < names.length) {
    const next = names.filter(
      (name) =>
        !sorted.includes(name) && parents.get(name)?.every((parent) => sorted.includes(parent)),
    );
    if (next.length === 0) throw new Error(`Tables refer to each other: ${names.join(', ')}`);
    sorted.push(...next);
  }
  return sorted.map((name) => tableOf(database, name));
}

function tableOf(database: DatabaseSync, name: string): Table {
  const all = database
    .prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid')
    .all(name) as unknown as { name: string; type: string; pk: number }[];
  const columns = all.filter((column) => column.name !== onlyRow);
  const key = columns
    .filter(({ pk }) => pk > 0)
    .toSorted((one, other) => one.pk - other.pk)
    .map((column) => columns.indexOf(column));
  if (key.length === 0 && columns.length === all.length) throw new Error(`${name} has no key`);
  return {
    name,
    columns: columns.map(({ name: column, type }) => ({
      name: column,
      kind: type.toUpperCase() as Column['kind'],
    })),
    key,
  };
}
