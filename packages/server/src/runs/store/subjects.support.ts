import { after } from 'node:test';
import { type Postgres, startPostgres } from '../../../../../test/shared/postgres.support.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { postgresStore } from './postgres/store.ts';
import { sqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';

export interface Settings {
  readonly clock?: Clock;
  readonly queueLimit?: number;
}

/** Records of runs, and whoever has them open. */
export interface Records {
  /** The database; null where they lie in the folder. */
  readonly url: string | null;
  /** Opens them; whoever had them open before has to have closed them. */
  open(settings?: Settings): Promise<Store>;
}

/** An implementation of `Store`, for a suite that says the same of each. */
export interface Subject {
  readonly name: string;
  /** Records in which nothing is; in `folder`, if they are files. */
  make(folder: string): Promise<Records>;
}

/** One server for all tests of a file, started by the first that needs it. */
let server: Promise<Postgres> | undefined;
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
});

const capacity = 4;
const leaseMs = 15_000;

export const subjects: readonly Subject[] = [
  {
    name: 'sqlite',
    make: async (folder) => ({
      url: null,
      open: async ({ clock = systemClock, queueLimit = 10_000 } = {}) =>
        sqliteStore({ folder, clock, queueLimit, capacity, leaseMs }),
    }),
  },
  {
    name: 'postgres',
    make: async () => {
      const url = await (await (server ??= startPostgres())).makeDatabase();
      return {
        url,
        open: ({ clock = systemClock, queueLimit = 10_000 } = {}) =>
          postgresStore({
            url,
            clock,
            queueLimit,
            capacity,
            leaseMs,
            onNews: () => undefined,
          }),
      };
    },
  },
];
