import type { Client } from 'pg';
import type { Row, Rows } from './rows.ts';
import type { Column, Table } from './tables.ts';

/** What a column of a file is in a database. */
const types: Readonly<Record<Column['kind'], string>> = {
  TEXT: 'text',
  INTEGER: 'bigint',
  REAL: 'double precision',
  BLOB: 'bytea',
};

/** The rows of a schema of a PostgreSQL database. */
export function schemaRows(client: Client, schema: string): Rows {
  /** Numbers in their own form; bytes as hexadecimal text. */
  const shown = ({ name, kind }: Column): string =>
    kind === 'BLOB' ? `encode(${name}, 'hex')` : kind === 'INTEGER' ? `${name}::text` : name;
  const keyOf = ({ columns, key }: Table): Column[] => key.flatMap((at) => columns[at] ?? []);
  /** Texts in the order of their bytes, as in a file; never by the form in which they are shown. */
  const sorted = ({ name, kind }: Column): string =>
    kind === 'TEXT' ? `stored.${name} COLLATE "C"` : `stored.${name}`;
  const select = async (
    columns: readonly Column[],
    rest: string,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    const text = `SELECT ${columns.map(shown).join()} ${rest}`;
    const { rows } = await client.query<Row[number][]>({
      text,
      values: [...values],
      rowMode: 'array',
    });
    return rows.map((row) =>
      row.map((value, at) =>
        columns[at]?.kind === 'INTEGER' && value !== null ? Number(value) : value,
      ),
    );
  };

  return {
    read: async (table, after, most) => {
      const from = `FROM ${schema}.${table.name} AS stored`;
      const key = keyOf(table);
      if (key.length === 0) return select(table.columns, from, []);
      const names = key.map(sorted).join();
      const marks = key.map(({ kind }, at) => `$${at + 2}::${types[kind]}`).join();
      const where = after === undefined ? '' : `WHERE (${names}) > (${marks})`;
      const rest = `${from} ${where} ORDER BY ${names} LIMIT $1`;
      return select(table.columns, rest, [most, ...(after ?? [])]);
    },
    last: async (table) => {
      const key = keyOf(table);
      if (key.length === 0) return undefined;
      const order = key.map((column) => `${sorted(column)} DESC`).join();
      const rest = `FROM ${schema}.${table.name} AS stored ORDER BY ${order} LIMIT 1`;
      return (await select(key, rest, []))[0];
    },
    write: async ({ name, columns, key }, rows) => {
      const names = columns.map((column) => column.name);
      const lists = columns.map(({ kind }, at) =>
        kind === 'BLOB'
          ? `(SELECT array_agg(decode(hex, 'hex') ORDER BY place)
              FROM unnest($${at + 1}::text[]) WITH ORDINALITY AS given (hex, place))`
          : `$${at + 1}::${types[kind]}[]`,
      );
      const given = `(SELECT * FROM unnest(${lists.join()})) AS given (${names.join()})`;
      const values = columns.map((_, at) => rows.map((row) => row[at] ?? null));
      // In one statement, which is all or nothing.
      const insert = `INSERT INTO ${schema}.${name} (${names.join()}) SELECT given.* FROM ${given}`;
      if (key.length > 0) {
        await client.query(insert, values);
        return;
      }
      const sets = names.map((column) => `${column} = given.${column}`).join();
      const update = `UPDATE ${schema}.${name} SET ${sets} FROM ${given}`;
      if ((await client.query(update, values)).rowCount === 0) await client.query(insert, values);
    },
    clear: async ({ name }) => void (await client.query(`DELETE FROM ${schema}.${name}`)),
  };
}
