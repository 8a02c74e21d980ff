import { join } from 'node:path';
import { sqliteTables } from './sqlite.ts';
import type { Sql, Tables } from './tables.ts';

/** Opens tables where the store is: in the database at `url`, or in a file of the data folder. */
export async function openTables(tables: Tables, folder: string, url: string | null): Promise<Sql> {
  if (url === null) return sqliteTables(tables, join(folder, tables.file));
  const { postgresTables } = await import('./postgres.ts');
  return postgresTables(tables, url);
}
