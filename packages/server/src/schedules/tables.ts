import type { Tables } from '../storage/tables/tables.ts';

/** Schedules, and the ticks that each has come to. Times are RFC 3339 UTC to the millisecond, so they sort as texts. */
export const scheduleTables: Tables = {
  what: 'schedules',
  main: 'schedules',
  file: 'schedules.sqlite',
  schema: 'castellan_schedules',
  lockFamily: 0x6373_6368,
  migrations: ({ text, endOfTable }) => [
    `CREATE TABLE schedules (
      id ${text} PRIMARY KEY,
      tenant ${text} NOT NULL,
      name ${text} NOT NULL,
      definition text NOT NULL,
      paused integer NOT NULL,
      through_at ${text} NOT NULL,
      next_at ${text},
      created_at text NOT NULL,
      updated_at text NOT NULL,
      created_by text NOT NULL,
      UNIQUE (tenant, name)
    )${endOfTable};
    CREATE INDEX schedules_next ON schedules (next_at);
    CREATE TABLE ticks (
      schedule_id ${text} NOT NULL REFERENCES schedules ON DELETE CASCADE,
      at ${text} NOT NULL,
      state text NOT NULL,
      in_order integer NOT NULL,
      due_at ${text} NOT NULL,
      until_at ${text} NOT NULL,
      run_id text,
      detail text,
      PRIMARY KEY (schedule_id, at)
    )${endOfTable};
    CREATE INDEX ticks_waiting ON ticks (due_at) WHERE state = 'waiting';
    CREATE INDEX ticks_in_order ON ticks (schedule_id, at) WHERE state = 'waiting';`,
  ],
};
