import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { plain } from '../runs/store/postgres/plain.ts';
import type { Row, Rows } from './rows.ts';
import { onlyRow, type Table } from './tables.ts';

/** The rows of a SQLite file; texts as a database takes them. */
export function fileRows(database: DatabaseSync): Rows {
  const columnsOf = ({ columns }: Table): string => columns.map(({ name }) => name).join();
  const keyOf = ({ columns, key }: Table): string => key.map((at) => columns[at]?.name).join();
  const marks = (count: number): string => Array.from({ length: count }, () => '?').join();
  const rowOf = (found: Record<string, unknown>): Row =>
    Object.values(found).map((value) => {
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
      return typeof value === 'string' ? plain(value) : (value as Row[number]);
    });
  const valueOf = (table: Table, at: number, value: Row[number]): SQLInputValue =>
    table.columns[at]?.kind === 'BLOB' && value !== null ? Buffer.from(`${value}`, 'hex') : value;

  return {
    read: async (table, after, most) => {
      const from = `SELECT ${columnsOf(table)} FROM ${table.name}`;
      const key = keyOf(table);
      if (key === '') return database.prepare(from).all().map(rowOf);
      const where = after === undefined ? '' : ` WHERE (${key}) > (${marks(after.length)})`;
      return database
        .prepare(`${from}${where} ORDER BY ${key} LIMIT ?`)
        .all(...(after ?? []), most)
        .map(rowOf);
    },
    last: async (table) => {
      const key = keyOf(table);
      if (key === '') return undefined;
      const order = key.split(',').map((name) => `${name} DESC`);
      const found = database
        .prepare(`SELECT ${key} FROM ${table.name} ORDER BY ${order.join()} LIMIT 1`)
        .get();
      return found && rowOf(found);
    },
    write: async (table, rows) => {
      const isOnly = table.key.length === 0;
      const columns = (isOnly ? `${onlyRow},` : '') + columnsOf(table);
      const values = (isOnly ? '1,' : '') + marks(table.columns.length);
      const insert = database.prepare(
        `INSERT ${isOnly ? 'OR REPLACE ' : ''}INTO ${table.name} (${columns}) VALUES (${values})`,
      );
      database.exec('BEGIN');
      try {
        for (const row of rows) insert.run(...row.map((value, at) => valueOf(table, at, value)));
        database.exec('COMMIT');
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    clear: async ({ name }) => database.exec(`DELETE FROM ${name}`),
  };
}
