import type { Tables } from '../storage/tables/tables.ts';

/** Secrets of tenants, each sealed with a key that is not here. */
export const secretTables: Tables = {
  what: 'secrets',
  main: 'secrets',
  file: 'secrets.sqlite',
  schema: 'castellan_secrets',
  lockFamily: 0x6373_6563,
  migrations: ({ text, endOfTable }) => [
    `CREATE TABLE secrets (
      tenant ${text} NOT NULL,
      name ${text} NOT NULL,
      key_id ${text} NOT NULL,
      sealed text NOT NULL,
      bound_to text NOT NULL,
      updated_at text NOT NULL,
      updated_by text NOT NULL,
      PRIMARY KEY (tenant, name)
    )${endOfTable};`,
  ],
};
