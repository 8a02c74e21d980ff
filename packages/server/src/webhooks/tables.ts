import type { Tables } from '../storage/tables/tables.ts';

/**
 * Deliveries, their attempts, and how often each tenant has changed its signing secret. Times are RFC 3339 UTC to
 * the millisecond, so they sort as texts.
 */
export const webhookTables: Tables = {
  what: 'webhooks',
  main: 'deliveries',
  file: 'webhooks.sqlite',
  schema: 'castellan_webhooks',
  lockFamily: 0x6373_7768,
  migrations: ({ text, endOfTable }) => [
    `CREATE TABLE deliveries (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      run_id ${text} NOT NULL UNIQUE,
      url text NOT NULL,
      state text NOT NULL,
      tries integer NOT NULL,
      due_at ${text} NOT NULL,
      created_at ${text} NOT NULL,
      updated_at ${text} NOT NULL
    )${endOfTable};
    CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
    CREATE INDEX deliveries_waiting ON deliveries (tenant) WHERE state = 'waiting';
    CREATE INDEX deliveries_over ON deliveries (updated_at) WHERE state <> 'waiting';
    CREATE TABLE attempts (
      delivery_id ${text} NOT NULL,
      at ${text} NOT NULL,
      status integer,
      duration_ms integer NOT NULL,
      detail text,
      PRIMARY KEY (delivery_id, at)
    )${endOfTable};
    CREATE TABLE signing (
      tenant ${text} PRIMARY KEY,
      generation integer NOT NULL,
      rotated_at text NOT NULL
    )${endOfTable};`,
  ],
};
