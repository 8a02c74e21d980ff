import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { StorageFault } from '../fault.ts';
import { isDiskFault } from '../sqlite-faults.ts';
import type { Cell, Query, Sql, Tables } from './tables.ts';

/** Opens `file`, and creates it for its owner only if it is missing. */
export function sqliteTables(tables: Tables, file: string): Sql {
  closeSync(openSync(file, 'a', 0o600));
  const writer = open(tables, file);
  let reader: DatabaseSync;
  try {
    migrateFile(tables, writer);
    reader = open(tables, file);
  } catch (error) {
    writer.close();
    throw error;
  }
  const write = queryIn(writer);
  let last: Promise<unknown> = Promise.resolve();

  return {
    query: queryIn(reader),
    transaction: (_tenant, work) => {
      const done = last.then(async () => {
        await write('BEGIN IMMEDIATE');
        try {
          const result = await work(write);
          await write('COMMIT');
          return result;
        } catch (error) {
          if (writer.isTransaction) writer.exec('ROLLBACK');
          throw error;
        }
      });
      last = done.catch(() => undefined);
      return done;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      reader.close();
      writer.close();
    },
  };
}

function queryIn(database: DatabaseSync): Query {
  const prepared = new Map<string, StatementSync>();
  return async (sql, ...values) => {
    try {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return statement.all(named(values));
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      throw new StorageFault(`The disk takes nothing now: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
}

function named(values: readonly Cell[]): Record<string, SQLInputValue> {
  return Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
}

function open({ what }: Tables, file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864');
    return database;
  } catch (error) {
    database.close();
    throw new CastellanError(
      'invalid_option',
      `The ${what} in ${file} cannot be read: ${(error as Error).message}. Put a backup back.`,
      { cause: error },
    );
  }
}

/** Makes the tables of a file, or brings them up to date. */
export function migrateFile({ what, migrations }: Tables, database: DatabaseSync): void {
  const steps = migrations({ text: 'text', whole: 'integer', endOfTable: ' STRICT' });
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > steps.length) {
    throw new CastellanError(
      'invalid_option',
      `The file of ${what} is of version ${version}; this Castellan knows versions up to ${steps.length}. Use a newer one.`,
    );
  }
  for (const step of steps.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${steps.length}; COMMIT`);
}
