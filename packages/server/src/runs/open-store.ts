import { sqliteStore } from './store/sqlite/store.ts';
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
  /** Called with runs that another process has written to; undefined: with any. */
  readonly onNews: (runs: readonly string[] | undefined) => void;
}

/** Opens the store for this process alone. */
export async function openStore({ folder, url, ...options }: StoreOptions): Promise<Store> {
  if (url === null) return sqliteStore({ folder, ...options });
  // Imported here, so that a service without a database does not load its client.
  const { postgresStore } = await import('./store/postgres/store.ts');
  return postgresStore({ url, ...options });
}
