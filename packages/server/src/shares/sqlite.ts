import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { StorageFault } from '../storage/fault.ts';
import { isDiskFault } from '../storage/sqlite-faults.ts';
import type { Database, Query } from './database.ts';

/** Migrations forward only: the statement at index n takes a file from version n to n + 1. */
const migrations = [
  `CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    created_ms REAL NOT NULL,
    expires_ms REAL NOT NULL,
    bytes INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX shares_by_tenant ON shares (tenant, created_ms, id, bytes);
  CREATE INDEX shares_by_end ON shares (expires_ms);`,
];

/** Opens a file of shares, and creates it for its owner only if it is missing. */
export function sqliteShares(file: string): Database {
  const database = openFile(file);
  const query: Query = async (sql, ...values) => {
    const named = Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value]));
    return database.prepare(sql).all(named);
  };
  let last: Promise<unknown> = Promise.resolve();
  const transact = async <Result>(work: (query: Query) => Promise<Result>): Promise<Result> => {
    try {
      database.exec('BEGIN IMMEDIATE');
      const result = await work(query);
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite may have rolled back already when the disk is full.
      if (database.isTransaction) database.exec('ROLLBACK');
      if (!isDiskFault(error)) throw error;
      throw new StorageFault('The disk takes no more', { cause: error });
    }
  };
  return {
    transact: (work) => {
      const done = last.then(() => transact(work));
      last = done.catch(() => undefined);
      return done;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      database.close();
    },
  };
}

function openFile(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 1_000 });
  try {
    database.exec(
      'PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
    );
    database.exec('PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF');
    migrateShares(database);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof CastellanError) throw error;
    throw new CastellanError(
      'invalid_option',
      `The shares in ${file} cannot be read: ${(error as Error).message}.`,
      {
        fix: 'put a backup back, or move the file away: links that are stored are lost then',
        cause: error,
      },
    );
  }
}

/** Makes the tables of a file, or brings them up to date. */
export function migrateShares(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length) {
    throw new CastellanError(
      'invalid_option',
      `The file of shares is of version ${version}; this Castellan knows versions up to ${migrations.length}. Use a newer one.`,
    );
  }
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
