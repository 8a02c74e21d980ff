import { openKeys } from '../keys/store.ts';
import { sqliteShares } from '../shares/sqlite.ts';
import { sqliteTables } from '../storage/tables/sqlite.ts';
import { storedTables } from '../stored/tables.ts';

/** A database of the data folder that several processes may have open. */
interface SharedDatabase {
  /** Its name in the data folder. */
  readonly name: string;
  /** Makes `file` if it is not there, and brings it up to date. */
  readonly make: (file: string) => Promise<void>;
}

/** All that hold records but that of runs, which one process alone has open. */
export const sharedDatabases: readonly SharedDatabase[] = [
  { name: 'keys.sqlite', make: async (file) => openKeys(file)[Symbol.dispose]() },
  { name: 'shares.sqlite', make: (file) => closed(sqliteShares(file)) },
  ...storedTables.map((tables) => ({
    name: tables.file,
    make: (file: string) => closed(sqliteTables(tables, file)),
  })),
];

async function closed(database: AsyncDisposable): Promise<void> {
  await database[Symbol.asyncDispose]();
}
