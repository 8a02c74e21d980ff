import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { retiredName } from '../../../storage/retired.ts';
import { isBusy, isDamaged, isDiskFault } from '../../../storage/sqlite-faults.ts';
import { migrate } from './migrations.ts';

/** The file of the data folder that has the runs. */
export const runsFile = 'castellan.sqlite';

/** Another process owns the data folder. */
export class FolderInUseError extends CastellanError {}

/**
 * Opens `FOLDER/castellan.sqlite` for this process alone. SQLite's exclusive lock is held until the
 * process ends, however it ends; `FOLDER/owner` only names the owner. Throws `FolderInUseError` and
 * `StoreTooNewError`.
 */
export function openDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = join(folder, 'owner');
  const file = join(folder, runsFile);
  refuseRetired(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Whatever the mode of the folder: SQLite's write-ahead log gets the mode of this file.
    chmodSync(file, 0o600);
    // Set before the first access: the write-ahead log then needs no shared memory.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('PRAGMA trusted_schema = OFF');
    database.exec('PRAGMA journal_size_limit = 67108864');
    // Acquires the lock even if there is nothing to migrate.
    database.exec('BEGIN IMMEDIATE; COMMIT');
    migrate(database);
    writeFileSync(owner, `${process.pid}\n`, { mode: 0o600 });
    return database;
  } catch (error) {
    database.close();
    if (isDamaged(error)) {
      throw new CastellanError(
        'invalid_option',
        `${file} cannot be read: ${(error as Error).message}. Put a backup back, or give another folder with --data.`,
        { cause: error },
      );
    }
    if (isDiskFault(error)) {
      throw new CastellanError(
        'invalid_option',
        `${file} cannot be written: ${(error as Error).message}.`,
        { fix: 'make room on the disk, or name another folder with --data', cause: error },
      );
    }
    if (!isBusy(error)) throw error;
    throw new FolderInUseError(
      'invalid_option',
      `The data folder ${folder} is in use by process ${nameOfOwner(owner)}.`,
      {
        fix: 'stop that process, or name another folder with --data',
        option: 'data',
        cause: error,
      },
    );
  }
}

/** Answers queries of one number, `found`. */
export function countIn(database: DatabaseSync): (sql: string) => Promise<number> {
  return async (sql) => (database.prepare(sql).get() as { found: number }).found;
}

/** Whoever goes on without the runs that were moved would start anew, and not notice. */
function refuseRetired(file: string): void {
  if (existsSync(file) || !existsSync(retiredName(file))) return;
  throw new CastellanError('invalid_option', `The runs of ${file} were moved into a database.`, {
    fix: `name it in store.url, or rename ${retiredName(file)} to start anew in the folder`,
    option: 'store.url',
  });
}

function nameOfOwner(file: string): string {
  try {
    return /^\d{1,10}$/.exec(readFileSync(file, 'utf8').trim())?.[0] ?? '(unknown)';
  } catch {
    return '(unknown)';
  }
}
