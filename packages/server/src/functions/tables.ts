import type { Tables } from '../storage/tables/tables.ts';

/** Functions, their versions and the names of versions. */
export const functionTables: Tables = {
  what: 'functions',
  main: 'functions',
  file: 'functions.sqlite',
  schema: 'castellan_functions',
  lockFamily: 0x6366_6e73,
  migrations: ({ text, endOfTable }) => [
    `CREATE TABLE functions (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      name ${text} NOT NULL,
      newest integer NOT NULL,
      created_at text NOT NULL,
      updated_at text NOT NULL,
      UNIQUE (tenant, name)
    )${endOfTable};
    CREATE TABLE versions (
      function_id ${text} NOT NULL REFERENCES functions ON DELETE CASCADE,
      version integer NOT NULL,
      hash text NOT NULL,
      bytes integer NOT NULL,
      description text NOT NULL,
      policy text NOT NULL,
      created_at text NOT NULL,
      created_by text NOT NULL,
      live_at text,
      definition text NOT NULL,
      PRIMARY KEY (function_id, version)
    )${endOfTable};
    CREATE TABLE aliases (
      function_id ${text} NOT NULL REFERENCES functions ON DELETE CASCADE,
      alias ${text} NOT NULL,
      version integer NOT NULL,
      percent integer,
      PRIMARY KEY (function_id, alias),
      FOREIGN KEY (function_id, version) REFERENCES versions
    )${endOfTable};`,
  ],
};
