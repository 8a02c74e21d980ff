import type { Client } from 'pg';
import { type Clock, type Reading, serviceTime } from '../../time/clock.ts';
import { contradictions } from '../contradictions.ts';
import type { Store } from '../store.ts';
import { addressOf, cannotOpen } from '../../../storage/address.ts';
import { pooled } from '../../../storage/connect.ts';
import { groupWrites } from './groups.ts';
import { migrate } from '../../../storage/migrate.ts';
import { runsSchema } from './migrations.ts';
import { announcer } from './news.ts';
import { reader } from './reader.ts';
import { openSession } from './session.ts';
import { sweeper } from './sweep.ts';
import { transitions } from './transitions.ts';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; never shown. */
  readonly url: string;
  readonly clock: Clock;
  /** Runs that may wait in the queue, of all tenants together. */
  readonly queueLimit: number;
  /** Runs executed at a time, for estimates. */
  readonly capacity: number;
  /** Called with runs that another process has written to; undefined: with any. */
  readonly onNews: (runs: readonly string[] | undefined) => void;
}

/**
 * The store in a PostgreSQL database, in the schema `castellan`, which this process alone writes
 * to. Throws `invalid_option` with what is wrong of the URL or the database, and never the URL.
 */
export async function postgresStore(options: PostgresOptions): Promise<Store> {
  const { clock, queueLimit, capacity } = options;
  const address = addressOf(options.url);
  const { where } = address;
  await using opened = new AsyncDisposableStack();
  let last: Reading | undefined;
  const opening = openSession(address, runsSchema.name, async (client) => {
    await migrate(client, runsSchema, where);
    await recount(client);
    last = await lastReading(client);
  });
  const session = opened.use(
    await opening.catch((error: unknown) => {
      throw cannotOpen(address, error);
    }),
  );
  const time = serviceTime(clock, last);
  const pool = pooled(address, runsSchema.name, 4);
  opened.defer(() => pool.end());
  const news = opened.use(announcer(address, options.onNews));
  const groups = opened.use(
    groupWrites(session, where, (requests) =>
      news.tell(requests.flatMap(({ id }) => (typeof id === 'string' ? id : []))),
    ),
  );
  const read = reader(pool, where, (position) => change.estimateMs(position));
  const change = transitions({ groups, read, time, queueLimit, capacity });
  const keepTime = async (): Promise<void> => {
    await groups.write(() => ({ do: 'keep_time', ...time.read() }));
  };
  // Says how long the queue is, too.
  await keepTime();
  const held = opened.move();
  return {
    ...read,
    ...change,
    time,
    waiting: async () => groups.standing.queued,
    get staleWrites() {
      return change.staleWrites;
    },
    copyTo: null,
    counts: groups.counts,
    get fault() {
      return groups.fault;
    },
    sweep: sweeper(groups, time),
    keepTime,
    contradictions: () => contradictions((sql) => read.count(sql)),
    [Symbol.asyncDispose]: async () => {
      await keepTime().catch(() => undefined);
      await held.disposeAsync();
    },
  };
}

/** A process that died may have left other numbers than there are. */
async function recount(client: Client): Promise<void> {
  await client.query(`UPDATE tenants SET running = (SELECT count(*) FROM runs
    WHERE status = 'running' AND tenant = name) WHERE running > 0`);
}

async function lastReading(client: Client): Promise<Reading | undefined> {
  const { rows } = await client.query<Reading>(
    'SELECT service_ms AS "serviceMs", wall_ms AS "wallMs" FROM clock',
  );
  return rows[0];
}
