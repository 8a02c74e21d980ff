import type { Client } from 'pg';
import { type Clock, type Reading, serviceTime } from '../../time/clock.ts';
import { contradictions } from '../contradictions.ts';
import type { Store } from '../store.ts';
import { addressOf, cannotOpen } from '../../../storage/address.ts';
import { pooled } from '../../../storage/connect.ts';
import { groupWrites } from './groups.ts';
import { isShared } from '../../../storage/ownership.ts';
import { locks, migrate } from '../../../storage/migrate.ts';
import { runsSchema } from './migrations.ts';
import { announcer, type News } from './news.ts';
import { type NodeRow, watchNodes } from '../nodes.ts';
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
  /** Runs that this service executes at a time: estimates take it that the others are alike. */
  readonly capacity: number;
  readonly onNews: (news: News) => void;
  /** How long a service over the same database may be silent before its runs belong to nobody. */
  readonly leaseMs: number;
}

/**
 * The store in a PostgreSQL database, in the schema `castellan`, which any number of services have
 * open. Throws `invalid_option` with what is wrong of the URL or the database, and never the URL.
 */
export async function postgresStore(options: PostgresOptions): Promise<Store> {
  const { clock, queueLimit, capacity, leaseMs } = options;
  const nodes = watchNodes(leaseMs, () => clock.monotonic());
  const address = addressOf(options.url);
  const { where } = address;
  await using opened = new AsyncDisposableStack();
  let last: Reading | undefined;
  const opening = openSession(address, runsSchema.name, async (client) => {
    await migrate(client, runsSchema, where);
    await recount(client);
    last = await lastReading(client, clock);
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
    groupWrites(session, where, (requests, { queued }) =>
      news.tell(
        requests.flatMap(({ id }) => (typeof id === 'string' ? id : [])),
        queued > 0,
      ),
    ),
  );
  const read = reader(pool, where, (position) => change.estimateMs(position));
  const change = transitions({
    groups,
    read,
    time,
    node: nodes.own,
    queueLimit,
    capacity: () => capacity * nodes.count,
  });
  const { id: node } = nodes.own;
  /** Says that this service lives, and declares dead whoever does not. */
  const beat = async (): Promise<void> => {
    const reading = { node, life: nodes.own.life, ...time.read() };
    const [said] = await groups.write(() => ({ do: 'node_beat', ...reading }));
    const rows = (said?.answer as { nodes: NodeRow[] } | undefined)?.nodes ?? [];
    for (const { id, beats } of nodes.look(rows)) {
      await groups.write(() => ({ do: 'node_leave', node: id, beats }));
    }
  };
  // Says how long the queue is, too.
  await beat();
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
    isSweeper: async () => {
      const lock = { family: locks.family, lock: locks.sweeper };
      return (await groups.write(() => ({ do: 'node_sweep', ...lock })))[0]?.answer === true;
    },
    keepTime: beat,
    running: () => read.running(node),
    cancelled: (workers) => read.cancelled([node, ...workers]),
    held: (worker) => read.running(worker),
    beat: async (worker) => {
      await groups.write(() => ({ do: 'node_beat', node: worker, life: 'worker', ...time.read() }));
    },
    contradictions: () => contradictions((sql) => read.count(sql)),
    [Symbol.asyncDispose]: async () => {
      await beat().catch(() => undefined);
      await groups.write(() => ({ do: 'node_leave', node, beats: null })).catch(() => undefined);
      await held.disposeAsync();
    },
  };
}

/** Whatever was left by a service of another version: while nobody else writes. */
async function recount(client: Client): Promise<void> {
  await client.query(`BEGIN; SELECT FROM totals FOR UPDATE; UPDATE tenants SET running = found.running
    FROM (SELECT name AS tenant, (SELECT count(*) FROM runs WHERE status = 'running'
      AND tenant = name) AS running FROM tenants WHERE tenants.running > 0) AS found
    WHERE name = found.tenant AND tenants.running <> found.running; COMMIT`);
}

/**
 * Beside services that live, time goes on from their last reading, a second old at most: the wall clocks
 * of two machines may differ.
 */
async function lastReading(client: Client, clock: Clock): Promise<Reading | undefined> {
  const { rows } = await client.query<Reading>(
    'SELECT service_ms AS "serviceMs", wall_ms AS "wallMs" FROM clock',
  );
  const [last] = rows;
  return last !== undefined && (await isShared(client)) ? { ...last, wallMs: clock.wall() } : last;
}
