import { join } from 'node:path';
import { sharesIn } from './keep.ts';
import type { ShareRules, Shares } from './shares.ts';
import { sqliteShares } from './sqlite.ts';

export interface SharesOptions extends ShareRules {
  /** The data folder, with `shares.sqlite`. */
  readonly folder: string;
  /** A PostgreSQL database in place of the file; null: the file. */
  readonly url: string | null;
  /** Hears of a sweep that failed. */
  readonly onFault: (error: unknown) => void;
}

/** Opens the shares where the store is; null where no bytes are given to them. */
export async function openShares(options: SharesOptions): Promise<Shares | null> {
  const { folder, url, onFault } = options;
  if (options.bytes === 0) return null;
  if (url === null) return sharesIn(sqliteShares(join(folder, 'shares.sqlite')), options, onFault);
  // Imported here, so that a service without a database does not load its client.
  const { postgresShares } = await import('./postgres.ts');
  return sharesIn(await postgresShares(url), options, onFault);
}
