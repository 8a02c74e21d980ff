import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { migrate } from './migrations.ts';
import { fairQueue, type FairQueue, type Taken } from './fair-queue.ts';
import { positions } from './position.ts';

function open(): { database: DatabaseSync; queue: FairQueue } {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  // Only the queue is looked at here: its runs have no record.
  database.exec('PRAGMA foreign_keys = OFF');
  return { database, queue: fairQueue(database) };
}

let made = 0;
function add(queue: FairQueue, tenant: string, lane = 0, cap = 100): string {
  const run = `run_${String(made++).padStart(8, '0')}`;
  queue.add({ run, tenant, lane, expiresMs: null, needs: '[]' }, cap);
  return run;
}

test('take goes by lane and then by arrival within a tenant', () => {
  const { queue } = open();
  const [later, first, second] = [add(queue, 'a', 5), add(queue, 'a', -1), add(queue, 'a', -1)];
  assert.deepEqual(
    [queue.take(), queue.take(), queue.take()].map((taken) => taken?.run),
    [first, second, later],
  );
  assert.equal(queue.take(), undefined);
});

test('putBack puts a run before all others of its lane', () => {
  const { queue } = open();
  const first = add(queue, 'a');
  add(queue, 'a');
  const taken = queue.take();
  assert.ok(taken);
  queue.putBack({ run: first, tenant: 'a', lane: 0, expiresMs: null, needs: '[]' });
  queue.leave(taken, 0);
  assert.equal(queue.take()?.run, first);
});

test('a tenant with a long queue does not hold up one with a short queue', () => {
  const { queue } = open();
  for (let n = 0; n < 1_000; n++) add(queue, 'loud');
  const loud = queue.take();
  assert.ok(loud);
  const quiet = [add(queue, 'quiet'), add(queue, 'quiet')];
  queue.leave(loud, 100);
  const next = [queue.take(), queue.take(), queue.take(), queue.take()];
  assert.equal(next.filter((taken) => quiet.includes(taken?.run ?? '')).length, 2);
});

test('each tenant gets the same time, not the same number of runs', () => {
  const { queue } = open();
  for (let n = 0; n < 3_000; n++) add(queue, 'short');
  for (let n = 0; n < 300; n++) add(queue, 'long');
  const spent: Record<string, number> = { short: 0, long: 0 };
  for (let step = 0; step < 1_000; step++) {
    const taken = queue.take();
    assert.ok(taken);
    const tookMs = taken.tenant === 'long' ? 1_000 : 10;
    spent[taken.tenant] = (spent[taken.tenant] ?? 0) + tookMs;
    queue.leave(taken, tookMs);
  }
  const { short = 0, long = 0 } = spent;
  assert.ok(Math.abs(short - long) <= 2_000, `${short} ms and ${long} ms`);
});

test('nobody saves up turns while away', () => {
  const { queue } = open();
  add(queue, 'saver');
  const early = queue.take();
  assert.ok(early);
  queue.leave(early, 1);
  for (let n = 0; n < 200; n++) add(queue, 'busy');
  for (let n = 0; n < 100; n++) {
    const taken = queue.take();
    assert.ok(taken);
    queue.leave(taken, 100);
  }
  for (let n = 0; n < 100; n++) add(queue, 'saver');
  const next = Array.from({ length: 20 }, () => {
    const taken = queue.take();
    if (taken) queue.leave(taken, 100);
    return taken?.tenant;
  });
  const turns = next.filter((tenant) => tenant === 'saver').length;
  assert.ok(turns >= 8 && turns <= 12, next.join());
});

test('positions count what is likely to start first', () => {
  const { database, queue } = open();
  const own = [add(queue, 'a'), add(queue, 'a'), add(queue, 'a')];
  const urgent = add(queue, 'a', -10);
  const other = [add(queue, 'b'), add(queue, 'b')];
  const of = (run: string): number => positions(database).of(run);
  assert.deepEqual(own.map(of), [2, 4, 5]);
  assert.equal(of(urgent), 0);
  assert.deepEqual(other.map(of), [0, 2]);
  assert.equal(of('run_unknown'), 0);
});

/** A queue as one would write it with arrays, to compare with: no fairness, only what may be taken. */
interface Model {
  readonly waiting: Map<string, { tenant: string; lane: number; place: number }>;
  readonly running: Taken[];
  readonly caps: Map<string, number>;
}

test('whatever happens, nothing is lost or taken twice, caps hold, and order within a lane is kept', () => {
  const tenant = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      tenant,
      lane: fc.integer({ min: -2, max: 2 }),
      cap: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('leave' as const), pick: fc.nat(), tookMs: fc.nat(5_000) }),
    fc.record({ do: fc.constant('back' as const), pick: fc.nat() }),
    fc.record({ do: fc.constant('remove' as const), pick: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { database, queue } = open();
      const model: Model = { waiting: new Map(), running: [], caps: new Map() };
      let front = 0;
      for (const [place, next] of steps.entries()) {
        switch (next.do) {
          case 'add': {
            const run = add(queue, next.tenant, next.lane, next.cap);
            model.caps.set(next.tenant, next.cap);
            model.waiting.set(run, { tenant: next.tenant, lane: next.lane, place });
            break;
          }
          case 'take': {
            const taken = queue.take();
            const may = [...model.waiting].filter(
              ([, { tenant: name }]) =>
                model.running.filter((other) => other.tenant === name).length <
                (model.caps.get(name) ?? 0),
            );
            assert.equal(taken === undefined, may.length === 0);
            if (taken === undefined) break;
            const best = may
              .filter(([, entry]) => entry.tenant === taken.tenant)
              .toSorted(([, x], [, y]) => x.lane - y.lane || x.place - y.place)[0];
            assert.equal(taken.run, best?.[0]);
            model.waiting.delete(taken.run);
            model.running.push(taken);
            break;
          }
          case 'leave':
          case 'back': {
            const [taken] = model.running.splice(next.pick % (model.running.length || 1), 1);
            if (taken === undefined) break;
            if (next.do === 'back') {
              const lane = 0;
              const entry = { run: taken.run, tenant: taken.tenant, lane, expiresMs: null };
              queue.putBack({ ...entry, needs: '[]' });
              model.waiting.set(taken.run, { tenant: taken.tenant, lane, place: --front });
            }
            queue.leave(taken, next.do === 'leave' ? next.tookMs : 0);
            break;
          }
          case 'remove': {
            const run = [...model.waiting.keys()][next.pick % (model.waiting.size || 1)];
            assert.equal(queue.remove(run ?? 'none'), run !== undefined);
            model.waiting.delete(run ?? '');
          }
        }
        assert.equal(queue.waiting(), model.waiting.size);
      }
      const told = [...model.waiting.keys()].map((run) => positions(database).of(run));
      assert.ok(told.every((position) => position >= 0 && position < model.waiting.size));
      database.close();
    }),
    { numRuns: 150 },
  );
});
