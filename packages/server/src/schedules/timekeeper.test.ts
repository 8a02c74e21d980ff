/** What both stores of schedules do, and what ticks become of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { until } from '../../../../test/shared/until.support.ts';
import { StorageFault } from '../storage/fault.ts';
import { readCron } from './cron.ts';
import type { Called, Calls } from './fire.ts';
import { openSchedules } from './open.ts';
import { type DueTick, leaseMs, mostWaiting, type ScheduleBounds } from './record.ts';
import { type NewSchedule, ScheduleError, type ScheduleStore } from './store.ts';
import { Clockwork } from './timekeeper.ts';

const bounds: ScheduleBounds = { perTenant: 3, shortestMs: 1_000 };
const minute = 60_000;
const start = Date.parse('2026-03-28T12:00:30Z');

const schedule = (cron: string, more: Partial<NewSchedule> = {}): NewSchedule => ({
  cron,
  timezone: 'Europe/Vienna',
  function: 'f',
  alias: null,
  params: '{}',
  missed: 'skip',
  overlap: 'allow',
  jitterMs: 0,
  paused: false,
  createdBy: 'key_1',
  ...more,
});

let server: Promise<Postgres> | undefined;
const folders: string[] = [];
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Where schedules are, and how many processes share them: a file is one process's. */
type Place = () => Promise<{
  readonly open: (wall: () => number) => Promise<ScheduleStore>;
  readonly shared: number;
  /** How long the long test is. */
  readonly hours: number;
}>;

const places: Readonly<Record<string, Place>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-schedules-'));
    folders.push(folder);
    return { shared: 1, hours: 24, open: (wall) => openSchedules(folder, null, bounds, wall) };
  },
  postgres: async () => {
    const url = await (await (server ??= startPostgres())).makeDatabase();
    return { shared: 2, hours: 6, open: (wall) => openSchedules('', url, bounds, wall) };
  },
};

/** A clock that a test sets, and runs that start at most once for a tick and end when they are told. */
class World implements Calls {
  now = start;
  /** By tick, in the order in which they were started. */
  readonly runs = new Map<string, string>();
  readonly active = new Set<string>();
  readonly errors: object[] = [];
  /** How often a run was asked for. */
  asked = 0;
  /** Asked before and after a run is started. */
  trouble: (when: 'before' | 'after') => Called | null = () => null;

  async call(tick: DueTick): Promise<Called> {
    this.asked++;
    const before = this.trouble('before');
    if (before !== null) return before;
    const key = keyOf(tick);
    const runId = this.runs.get(key) ?? `run_${this.runs.size + 1}`;
    if (!this.runs.has(key)) this.active.add(runId);
    this.runs.set(key, runId);
    return this.trouble('after') ?? { runId };
  }

  runOf = async (tick: DueTick): Promise<string | undefined> => this.runs.get(keyOf(tick));
  isActive = async (_tenant: string, runId: string): Promise<boolean> => this.active.has(runId);

  async look(schedules: ScheduleStore): Promise<boolean> {
    const log = { error: (facts: object) => void this.errors.push(facts) };
    const clockwork = new Clockwork({ schedules, calls: this, log, wall: () => this.now });
    const isWhole = await clockwork.look();
    await clockwork.idle();
    return isWhole;
  }

  /** Lets time pass, and looks. */
  async pass(schedules: ScheduleStore, ms: number): Promise<void> {
    this.now += ms;
    assert.equal(await this.look(schedules), true, JSON.stringify(this.errors));
  }
}

const keyOf = ({ schedule: { name }, at }: DueTick): string => `${name} ${at}`;
const at = (clock: string): string => `2026-03-28T${clock}:00.000Z`;

for (const [kind, place] of Object.entries(places)) {
  const open = async () => {
    const world = new World();
    const store = await (await place()).open(() => world.now);
    const told = async (name = 's') => {
      const { id = '' } = (await store.find('acme', name)) ?? {};
      return (await store.history(id, 10)).map((tick) => [tick.at, tick.state, tick.runId]);
    };
    return { world, store, told };
  };

  suite(`schedules in ${kind}`, () => {
    test('a schedule is stored, found, listed, paused, changed and removed', async () => {
      const { store } = await open();
      await using _ = store;
      const { record, isNew } = await store.put('acme', 's', schedule('0 * * * *'));
      assert.deepEqual([isNew, record.nextAt, record.paused], [true, at('13:00'), false]);
      assert.deepEqual(await store.find('acme', 's'), record);
      assert.equal(await store.find('other', 's'), undefined);
      const next = await store.put(
        'acme',
        's',
        schedule('30 * * * *', { params: '{"a":"\\u0000"}' }),
      );
      assert.deepEqual([next.isNew, next.record.id], [false, record.id]);
      assert.deepEqual([next.record.params, next.record.nextAt], ['{"a":"\\u0000"}', at('12:30')]);
      const paused = await store.pause('acme', 's', true);
      assert.deepEqual([paused.paused, paused.nextAt, await store.nextMs()], [true, null, null]);
      assert.equal((await store.pause('acme', 's', false)).nextAt, at('12:30'));
      await store.put('other', 's', schedule('0 * * * *'));
      await store.put('acme', 't', schedule('0 * * * *'));
      const names = async (tenant: string | null, before: string | null = null) =>
        (await store.list(tenant, { before, limit: 2 })).map((each) => each.name);
      assert.deepEqual(
        [await names(null), await names('acme')],
        [
          ['t', 's'],
          ['t', 's'],
        ],
      );
      assert.deepEqual(
        await names('acme', (await store.list('acme', { before: null, limit: 1 }))[0]?.id),
        ['s'],
      );
      await store.put('acme', 'u', schedule('0 * * * *'));
      await assert.rejects(
        store.put('acme', 'v', schedule('0 * * * *')),
        (error) => error instanceof ScheduleError && error.fault === 'quota',
      );
      await assert.rejects(
        store.put('acme', 's', schedule('x')),
        (error) => error instanceof ScheduleError && error.message.startsWith('"x" has 1 field'),
      );
      assert.equal((await store.remove('acme', 's')).id, record.id);
      for (const gone of [() => store.remove('acme', 's'), () => store.pause('acme', 's', true)]) {
        await assert.rejects(gone, /There is no schedule "s"/);
      }
    });

    test('a tick has one run, whoever looks, and whoever dies before it is written down', async () => {
      const world = new World();
      const { open: openPlace, shared } = await place();
      await using one = await openPlace(() => world.now);
      await using second = shared === 1 ? null : await openPlace(() => world.now);
      const other = second ?? one;
      await one.put('acme', 's', schedule('*/5 * * * *'));
      world.now += 5 * minute;
      await Promise.all([world.look(one), world.look(other)]);
      assert.deepEqual([[...world.runs.keys()], world.asked], [[`s ${at('12:05')}`], 1]);
      for (const when of ['before', 'after'] as const) {
        world.now += 5 * minute - leaseMs;
        world.trouble = (now) => {
          if (now === when) throw new StorageFault('away');
          return null;
        };
        await assert.rejects(world.look(one), StorageFault);
        world.trouble = () => null;
        await world.pass(other, 0);
        world.now += leaseMs;
        await Promise.all([world.look(one), world.look(other)]);
      }
      assert.equal(world.runs.size, 3);
      const { id = '' } = (await one.find('acme', 's')) ?? {};
      assert.deepEqual(
        (await other.history(id, 2)).map((tick) => [tick.state, tick.runId]),
        [
          ['fired', 'run_3'],
          ['fired', 'run_2'],
        ],
      );
    });

    test('a tick that is come to too late has the run that was started for it', async () => {
      const { world, store, told } = await open();
      await using _ = store;
      await store.put('acme', 's', schedule('0 * * * *'));
      world.trouble = (when) => {
        if (when === 'after') throw new StorageFault('killed here');
        return null;
      };
      world.now += 59.5 * minute;
      await assert.rejects(world.look(store), StorageFault);
      await world.pass(store, 10 * minute);
      assert.deepEqual(await told(), [[at('13:00'), 'fired', 'run_1']]);
    });

    test('an earlier run that goes on is not minded, or skips a tick, or has it wait', async () => {
      const { world, store, told } = await open();
      await using _ = store;
      for (const overlap of ['allow', 'skip', 'queue'] as const) {
        await store.put('acme', overlap, schedule('* * * * *', { overlap }));
      }
      await world.pass(store, minute);
      await world.pass(store, minute);
      const states = async (name: string) => (await told(name)).map(([, state]) => state);
      assert.deepEqual(await states('allow'), ['fired', 'fired']);
      assert.deepEqual(await states('skip'), ['skipped', 'fired']);
      assert.deepEqual(await states('queue'), ['waiting', 'fired']);
      world.active.clear();
      await world.pass(store, 10 * minute);
      assert.deepEqual((await states('skip')).slice(0, 2), ['fired', 'missed']);
      assert.equal((await told('queue')).at(-2)?.[1], 'fired');
    });

    test('a refused tick is tried again as long as it may wait, or fails at once', async () => {
      const { world, store, told } = await open();
      await using _ = store;
      await store.put('acme', 's', schedule('0 * * * *'));
      world.trouble = () => ({ retryMs: 20_000 });
      await world.pass(store, 59.6 * minute);
      assert.deepEqual(await told(), [[at('13:00'), 'waiting', null]]);
      await world.pass(store, 10_000);
      world.trouble = () => null;
      await world.pass(store, 5_000);
      assert.equal(world.runs.size, 0);
      await world.pass(store, 5_000);
      assert.deepEqual(await told(), [[at('13:00'), 'fired', 'run_1']]);
      world.trouble = () => ({ retryMs: 1_000 });
      await world.pass(store, 59.5 * minute);
      await world.pass(store, 2 * minute);
      assert.deepEqual((await told())[0], [at('14:00'), 'missed', null]);
      world.trouble = () => ({ refused: 'There is no function "f".' });
      await world.pass(store, 59 * minute);
      const [last] = await store.history((await store.find('acme', 's'))?.id ?? '', 1);
      assert.deepEqual([last?.state, last?.detail], ['failed', 'There is no function "f".']);
    });

    test('a pause is not made up for, and a clock that is set fires nothing twice', async () => {
      const { world, store } = await open();
      await using _ = store;
      await store.put('acme', 's', schedule('0 * * * *', { missed: 'all' }));
      await store.pause('acme', 's', true);
      await world.pass(store, 120 * minute);
      await store.pause('acme', 's', false);
      await world.pass(store, minute);
      assert.equal(world.runs.size, 0);
      await world.pass(store, 60 * minute);
      await world.pass(store, -120 * minute);
      for (let hour = 0; hour < 2; hour++) await world.pass(store, 60 * minute);
      assert.deepEqual([...world.runs.keys()], [`s ${at('15:00')}`]);
      // Years ahead by mistake, and put right.
      await world.pass(store, 4 * 365 * 24 * 60 * minute);
      await world.pass(store, -4 * 365 * 24 * 60 * minute);
      await world.pass(store, 60 * minute);
      assert.equal([...world.runs.keys()].at(-1), `s ${at('16:00')}`);
      assert.equal(new Set(world.runs.values()).size, world.runs.size);
    });

    test('jitter delays a tick by the same time in every process', async () => {
      const { world, store, told } = await open();
      await using _ = store;
      await store.put('acme', 's', schedule('0 * * * *', { jitterMs: 30 * minute }));
      await world.pass(store, 59.5 * minute);
      const dueMs = (await store.nextMs()) ?? 0;
      assert.ok(dueMs > Date.parse(at('13:00')) && dueMs < Date.parse(at('13:30')), `${dueMs}`);
      assert.equal(world.runs.size, 0);
      await world.pass(store, dueMs - world.now);
      assert.deepEqual(await told(), [[at('13:00'), 'fired', 'run_1']]);
    });

    test('no tenant waits for another, whose calls take their time', async () => {
      const { world, store, told } = await open();
      await using _ = store;
      const slow = Promise.withResolvers<void>();
      const call = world.call.bind(world);
      world.call = async (tick) => {
        if (tick.schedule.tenant === 'slow') await slow.promise;
        return call(tick);
      };
      await store.put('slow', 'z', schedule('* * * * *'));
      await store.put('acme', 's', schedule('* * * * *'));
      world.now += minute;
      const log = { error: (facts: object) => void world.errors.push(facts) };
      const clockwork = new Clockwork({
        schedules: store,
        calls: world,
        log,
        wall: () => world.now,
      });
      assert.equal(await clockwork.look(), true);
      assert.equal(clockwork.isBusy, true);
      await until('the other has its run', async () => (await told())[0]?.[1] === 'fired');
      assert.equal(await clockwork.look(), true);
      slow.resolve();
      await clockwork.idle();
      assert.deepEqual([world.errors, clockwork.isBusy], [[], false]);
      assert.deepEqual([...world.runs.keys()], [`s ${at('12:01')}`, `z ${at('12:01')}`]);
    });

    test('of ticks that may wait for long each schedule has its oldest looked at', async () => {
      const { world, store } = await open();
      await using _ = store;
      for (const name of ['a', 'b']) {
        await store.put('acme', name, schedule('* * * * *', { missed: 'all' }));
      }
      world.trouble = () => ({ retryMs: 1_000 });
      await world.pass(store, 3 * minute);
      const waiting = async () => (await store.waiting(world.now)).map(keyOf);
      assert.deepEqual(await waiting(), []);
      // A tenth of the time that it has waited.
      world.now += 20_000;
      assert.deepEqual(await waiting(), [`a ${at('12:01')}`, `b ${at('12:01')}`]);
    });

    test('so many ticks wait for a run that does not end, and no more', async () => {
      const { world, store } = await open();
      await using _ = store;
      const { record } = await store.put(
        'acme',
        's',
        schedule('* * * * * *', { overlap: 'queue' }),
      );
      await world.pass(store, 1_000);
      for (let many = 0; many < 3; many++) {
        world.now += 50_000;
        await store.claim(record, world.now);
      }
      const states = (await store.history(record.id, 200)).map(({ state }) => state);
      assert.equal(states.filter((state) => state === 'waiting').length, mostWaiting);
      assert.equal(states[0], 'skipped');
    });

    test('in hours with deaths at any moment each tick has one run', async () => {
      const world = new World();
      const { open: openPlace, shared, hours } = await place();
      const openAll = async () =>
        Promise.all(Array.from({ length: shared }, () => openPlace(() => world.now)));
      const crons = { half: '*/30 * * * *', hourly: '7 * * * *', night: '30 2 * * *' };
      let seed = 20_261_201;
      const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
      world.trouble = () => {
        if (chance() < 0.2) throw new StorageFault('killed here');
        return null;
      };
      let deaths = 0;
      let stores = await openAll();
      for (const [name, cron] of Object.entries(crons)) {
        await stores[0]?.put('acme', name, schedule(cron, { missed: 'all' }));
      }
      const end = start + hours * 60 * minute;
      while (world.now < end) {
        world.now = Math.min(end, world.now + chance() * (chance() < 0.05 ? 150 : 45) * minute);
        const looks = await Promise.allSettled(stores.map((store) => world.look(store)));
        const died = looks.filter(({ status }) => status === 'rejected').length;
        deaths += died;
        if (died < shared) continue;
        for (const store of stores) await store[Symbol.asyncDispose]();
        stores = await openAll();
      }
      world.trouble = () => null;
      const [last = assert.fail()] = stores;
      // Those of the dead are another's by then; one look takes the oldest tick of each schedule.
      world.now += leaseMs;
      while (((await last.nextMs()) ?? Infinity) <= world.now) await world.pass(last, 0);
      for (const store of stores) await store[Symbol.asyncDispose]();
      const expected = Object.entries(crons).flatMap(([name, cron]) => {
        const { next } = readCron(cron, 'Europe/Vienna');
        const keys: string[] = [];
        for (let tick = next(start); tick !== null && tick <= end; tick = next(tick)) {
          keys.push(`${name} ${new Date(tick).toISOString()}`);
        }
        return keys;
      });
      assert.ok(deaths > hours / 6, `${deaths} deaths`);
      assert.equal(expected.length, hours * 3 + Math.floor(hours / 24));
      assert.deepEqual([...world.runs.keys()].toSorted(), expected.toSorted());
    });
  });
}
