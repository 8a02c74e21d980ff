import { sqliteStore, type SqliteOptions } from './store/sqlite/store.ts';
import type { Store } from './store/store.ts';

export async function openStore(options: SqliteOptions): Promise<Store> {
  return sqliteStore(options);
}
