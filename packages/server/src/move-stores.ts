import { CastellanError } from '@castellan/protocol';
import { isDiskFault } from './storage/sqlite-faults.ts';
import type { Moved, MoveOptions } from './moving/move.ts';

export interface MoveStoresOptions extends MoveOptions {
  /** The data folder, which keeps the artifacts in any case. */
  readonly folder: string;
  readonly url: string;
  readonly to: 'database' | 'files';
}

/**
 * Moves runs and keys from a data folder into a PostgreSQL database, or back. Nobody may use either
 * meanwhile. Throws `invalid_option` with what is wrong; called again it goes on where it was.
 */
export async function moveStores({
  folder,
  url,
  to,
  ...options
}: MoveStoresOptions): Promise<Moved> {
  const { move } = await import('./moving/move.ts');
  const { databaseSide } = await import('./moving/database-side.ts');
  const { folderSide } = await import('./moving/folder-side.ts');
  await using database = await databaseSide(url);
  await using files = folderSide(folder);
  try {
    return await (to === 'database'
      ? move(files, database, options)
      : move(database, files, options));
  } catch (error) {
    if (!options.signal.aborted && isDiskFault(error)) {
      throw new CastellanError('invalid_option', `The data folder ${folder} takes no more.`, {
        fix: 'make room on its disk, and start again: it goes on where it was',
        option: 'data',
        cause: error,
      });
    }
    throw database.said(error);
  }
}
