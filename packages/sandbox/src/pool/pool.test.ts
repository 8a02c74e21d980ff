import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Box, BoxSpec, Runners } from '../boxes/runner/box.ts';
import { none } from '../drivers/none/none.ts';
import { locateParts } from '../boxes/runner/parts.ts';
import { until } from '../../../../test/shared/until.support.ts';
import { Pool, type PoolOptions } from './pool.ts';

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 27,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};
const nothing = (): void => undefined;
const a = { tenant: 'a', program: null };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A pool over real runners without walls, and every box that was started for it. */
function open(options: Partial<PoolOptions> = {}): { pool: Pool; boxes: Box[] } {
  const boxes: Box[] = [];
  const real = none(locateParts());
  const runners: Runners = {
    ...real,
    async start(given) {
      const box = await real.start(given);
      boxes.push(box);
      return box;
    },
  };
  const pool = new Pool({
    startMs: 15_000,
    runners,
    reuse: 'never',
    warm: 0,
    concurrency: 1,
    spec,
    floor: [],
    ...options,
  });
  return { pool, boxes };
}

describe('Pool', () => {
  it('gives up a box that is not ready in time, and says which option that is', async () => {
    const { pool, boxes } = open({ startMs: 1 });
    await using _ = pool;
    await assert.rejects(pool.take(spec, a, nothing), {
      code: 'box_failed',
      message: 'A box could not be started: it was not ready after 1 ms, which is boxStartMs',
    });
    await boxes[0]?.exited;
  });

  it('keeps a box for its tenant, and none for a run that names no tenant', async () => {
    const reusable = { ...spec, reusable: true };
    const { pool, boxes } = open({ reuse: 'tenant', spec: reusable });
    await using _ = pool;
    const gone = new Set<Box>();
    for (const tenant of [null, 'default', null]) {
      const taken = await pool.take(reusable, { tenant, program: null }, nothing);
      const { box, isolation } = taken;
      void box.exited.then(() => gone.add(box));
      assert.equal(isolation.reuse, tenant === null ? 'never' : 'tenant');
      taken.release(true);
      if (tenant === null) await box.exited;
    }
    assert.deepEqual(
      boxes.map((box) => gone.has(box)),
      [true, false, true],
    );
  });

  it('keeps a box for the same program of the same tenant, and a run without one has its own', async () => {
    const reusable = { ...spec, reusable: true };
    const { pool, boxes } = open({ reuse: 'context', spec: reusable, concurrency: 4 });
    await using _ = pool;
    const use = async (tenant: string | null, program: string | null, given = reusable) => {
      const taken = await pool.take(given, { tenant, program }, nothing);
      taken.release(true);
      return [boxes.indexOf(taken.box), taken.program, taken.isolation.reuse];
    };
    const small = { ...reusable, memoryBytes: 2 ** 26 };
    assert.deepEqual(await use('a', 'p'), [0, 'first', 'context']);
    assert.deepEqual(await use('a', 'p'), [0, 'again', 'context']);
    assert.deepEqual(await use('b', 'p'), [1, 'first', 'context']);
    assert.deepEqual(await use('a', 'q', small), [2, 'first', 'context']);
    assert.deepEqual(await use('a', 'q', small), [2, 'again', 'context']);
    assert.deepEqual(await use('a', null), [3, null, 'never']);
    assert.deepEqual(await use(null, 'p'), [4, null, 'never']);
    assert.deepEqual(await use('a', 'p'), [0, 'again', 'context']);
    assert.equal(pool.kept, 3);
  });

  it('gives up a box that its program has not needed for a while', async () => {
    const reusable = { ...spec, reusable: true };
    const { pool, boxes } = open({ reuse: 'context', spec: reusable, idleMs: 1 });
    await using _ = pool;
    (await pool.take(reusable, { tenant: 'a', program: 'p' }, nothing)).release(true);
    await boxes[0]?.exited;
    assert.equal(pool.kept, 0);
    const next = await pool.take(reusable, { tenant: 'a', program: 'p' }, nothing);
    assert.deepEqual([boxes.length, next.program], [2, 'first']);
    next.release(false);
  });

  it('drops a box of the tenant that has most of them, and of no other', async () => {
    const reusable = { ...spec, reusable: true };
    const { pool, boxes } = open({ reuse: 'context', spec: reusable, concurrency: 2 });
    await using _ = pool;
    const use = async (tenant: string, program: string) => {
      const taken = await pool.take(reusable, { tenant, program }, nothing);
      taken.release(true);
      return boxes.indexOf(taken.box);
    };
    assert.deepEqual([await use('b', 'x'), await use('a', 'p'), await use('a', 'q')], [0, 1, 2]);
    await boxes[1]?.exited;
    assert.equal(await use('b', 'x'), 0);
    assert.equal(pool.kept, 2);
  });

  it('gives a place to who has waited longest, and never more places than there are', async () => {
    const { pool } = open();
    await using _ = pool;
    const order: string[] = [];
    const first = await pool.take(spec, a, () => order.push('first'));
    const second = pool.take(spec, a, () => order.push('second'));
    await turn();
    first.release(false);
    // In the same turn of the loop in which a place has become free.
    const third = pool.take(spec, a, () => order.push('third'));
    const taken = await second;
    await turn();
    assert.deepEqual(order, ['first', 'second']);
    taken.release(false);
    (await third).release(false);
    assert.deepEqual(order, ['first', 'second', 'third']);
  });

  it('starts no box for a run that is not wanted any more, and passes its turn on', async () => {
    const { pool, boxes } = open();
    await using _ = pool;
    const first = await pool.take(spec, a, nothing);
    const unwanted = pool.take(spec, a, () => {
      throw new Error('cancelled');
    });
    const next = pool.take(spec, a, nothing);
    first.release(false);
    await assert.rejects(unwanted, /cancelled/);
    (await next).release(false);
    assert.equal(boxes.length, 2);
  });

  it('is left by all its boxes when it is closed while it fills', async () => {
    const { pool, boxes } = open({ warm: 3 });
    const filling = assert.rejects(pool.warmUp(), /closed|could not be started/);
    await until('three boxes have been started', () => boxes.length === 3);
    await pool[Symbol.asyncDispose]();
    await filling;
    for (const { exited } of boxes) await exited;
    await assert.rejects(pool.take(spec, a, nothing), { code: 'sandbox_closed' });
  });

  it('refuses those who wait when it is closed', async () => {
    const { pool } = open();
    const first = await pool.take(spec, a, nothing);
    const waiting = assert.rejects(pool.take(spec, a, nothing), { code: 'sandbox_closed' });
    await pool[Symbol.asyncDispose]();
    await waiting;
    first.release(true);
  });

  it('makes boxes ready for the language of the last run, and any of them serves all', async () => {
    const real = none(locateParts());
    const started: (boolean | undefined)[] = [];
    const watched: Runners = {
      ...real,
      start(asked) {
        started.push(asked.typescript);
        return real.start(asked);
      },
    };
    const { pool } = open({ runners: watched, warm: 1 });
    await using _ = pool;
    await pool.warmUp();
    for (const typescript of [true, false, false]) {
      const box = await pool.take({ ...spec, typescript }, a, nothing);
      box.release(false);
      // The next box is started after the result has gone out.
      await turn();
      await pool.warmUp();
    }
    assert.deepEqual(started, [false, true, false, false]);
  });
});
