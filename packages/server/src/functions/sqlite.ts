import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { StorageFault } from '../storage/fault.ts';
import { isDiskFault } from '../storage/sqlite-faults.ts';
import { type Cell, migrationsIn, type Query, type Sql } from './sql.ts';

const migrations = migrationsIn({ text: 'text', endOfTable: ' STRICT' });

/** Opens `file`, and creates it for its owner only if it is missing. */
export function sqliteFunctions(file: string): Sql {
  closeSync(openSync(file, 'a', 0o600));
  const writer = open(file);
  let reader: DatabaseSync;
  try {
    migrateFunctions(writer);
    reader = open(file);
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

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864');
    return database;
  } catch (error) {
    database.close();
    throw new CastellanError(
      'invalid_option',
      `The functions in ${file} cannot be read: ${(error as Error).message}. Put a backup back.`,
      { cause: error },
    );
  }
}

/** Makes the tables of a file, or brings them up to date. */
export function migrateFunctions(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length) {
    throw new CastellanError(
      'invalid_option',
      `The file of functions is of version ${version}; this Castellan knows versions up to ${migrations.length}. Use a newer one.`,
    );
  }
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
