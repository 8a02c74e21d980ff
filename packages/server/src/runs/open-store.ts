import { sqliteStore } from './store/sqlite/store.ts';
import type { News } from './store/postgres/news.ts';
import type { Store } from './store/store.ts';
import type { Clock } from './time/clock.ts';

export interface StoreOptions {
  /** The data folder, which holds the store without a `url`. */
  readonly folder: string;
  /** A PostgreSQL database, as `postgres://…`; null: the store is a file of the folder. */
  readonly url: string | null;
  readonly clock: Clock;
  readonly queueLimit: number;
  readonly capacity: number;
  /** Called with what other processes have written; never for a file. */
  readonly onNews: (news: News) => void;
  /** How long another process may be silent before its runs belong to nobody. */
  readonly leaseMs: number;
}

/** Opens the store: a file for this process alone, a database beside others. */
export async function openStore({ folder, url, ...options }: StoreOptions): Promise<Store> {
  if (url === null) return sqliteStore({ folder, ...options });
  // Imported here, so that a service without a database does not load its client.
  const { postgresStore } = await import('./store/postgres/store.ts');
  return postgresStore({ url, ...options });
}
