import type { Tables } from '../storage/tables/tables.ts';

/** Values of tenants by key, and what each tenant has of them together. */
export const kvTables: Tables = {
  what: 'keys and values',
  main: 'entries',
  file: 'kv.sqlite',
  schema: 'castellan_kv',
  lockFamily: 0x6373_6b76,
  migrations: ({ text, whole, endOfTable }) => [
    `CREATE TABLE entries (
      tenant ${text} NOT NULL,
      name ${text} NOT NULL,
      value text NOT NULL,
      bytes integer NOT NULL,
      version ${whole} NOT NULL,
      expires_at ${text},
      PRIMARY KEY (tenant, name)
    )${endOfTable};
    CREATE INDEX entries_by_end ON entries (tenant, expires_at);
    CREATE TABLE totals (
      tenant ${text} PRIMARY KEY,
      version ${whole} NOT NULL,
      entries ${whole} NOT NULL,
      bytes ${whole} NOT NULL
    )${endOfTable};`,
  ],
};
