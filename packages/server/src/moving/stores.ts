import type { DatabaseSync } from 'node:sqlite';
import { keysSchema } from '../keys/postgres.ts';
import { migrateKeys } from '../keys/store.ts';
import { runsSchema } from '../runs/store/postgres/migrations.ts';
import { migrate } from '../runs/store/sqlite/migrations.ts';
import { sharesSchema } from '../shares/postgres.ts';
import { migrateShares } from '../shares/sqlite.ts';
import type { Schema } from '../storage/migrate.ts';
import { schemaOf } from '../storage/tables/postgres.ts';
import { migrateFile } from '../storage/tables/sqlite.ts';
import type { Tables } from '../storage/tables/tables.ts';
import { storedTables } from '../stored/tables.ts';

/** A store that is a file of the data folder, or a schema of the database. */
export interface MovedStore {
  /** What its rows are, for people, and the table that has them: without any, the store is empty. */
  readonly what: string;
  readonly main: string;
  readonly file: string;
  /** Makes the tables of the file, or brings them up to date. */
  readonly make: (database: DatabaseSync) => void;
  readonly schema: Schema;
  /**
   * The table of one row that changes whenever somebody has the store open: a copy that was begun
   * goes on if it has the same. Null: a copy is always begun anew.
   */
  readonly stamp: string | null;
  /** What the database counts and the file does not: statements for the schema of that name. */
  readonly count: (schema: string) => readonly string[];
}

/** Every store of the service. Published in this order: runs last, since they tell that all is there. */
export const movedStores: readonly MovedStore[] = [
  {
    what: 'keys',
    main: 'keys',
    file: 'keys.sqlite',
    make: migrateKeys,
    schema: keysSchema,
    stamp: null,
    count: () => [],
  },
  ...storedTables.map(inBoth),
  {
    what: 'stored links',
    main: 'shares',
    file: 'shares.sqlite',
    make: migrateShares,
    schema: sharesSchema,
    stamp: null,
    count: () => [],
  },
  {
    what: 'runs',
    main: 'runs',
    file: 'castellan.sqlite',
    make: migrate,
    schema: runsSchema,
    stamp: 'clock',
    count: (schema) => [
      `UPDATE ${schema}.runs SET bytes = 512 + octet_length(facts) + octet_length(labels)
        + coalesce(octet_length(value), 0)
        + coalesce((SELECT octet_length(body) FROM ${schema}.requests WHERE run = id), 0)
        + (SELECT coalesce(sum(octet_length(body)), 0) FROM ${schema}.events WHERE run = id)
        + (SELECT coalesce(sum(octet_length(body)), 0) FROM ${schema}.network WHERE run = id)`,
      `UPDATE ${schema}.totals SET bytes = (SELECT coalesce(sum(bytes), 0) FROM ${schema}.runs),
        present_ms = coalesce((SELECT min(virtual_ms) FROM ${schema}.tenants WHERE queued > 0),
          (SELECT max(virtual_ms) FROM ${schema}.tenants), 0)`,
    ],
  },
];

function inBoth(tables: Tables): MovedStore {
  return {
    what: tables.what,
    main: tables.main,
    file: tables.file,
    make: (database) => migrateFile(tables, database),
    schema: schemaOf(tables),
    stamp: null,
    count: () => [],
  };
}
