import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoxSpec, Driver } from '../drivers/driver.ts';
import { none } from '../drivers/none/none.ts';
import { locateParts } from '../options/parts.ts';
import { Pool } from './pool.ts';

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};

test('Pool makes boxes ready for the language of the last run, and any of them serves all', async () => {
  const driver = none(locateParts());
  const started: (boolean | undefined)[] = [];
  const watched: Driver = {
    ...driver,
    start(asked) {
      started.push(asked.typescript);
      return driver.start(asked);
    },
  };
  await using pool = new Pool({
    driver: watched,
    reuse: 'never',
    warm: 1,
    concurrency: 1,
    spec,
    floor: [],
  });
  await pool.warmUp();
  for (const typescript of [true, false, false]) {
    const box = await pool.take({ ...spec, typescript }, 'tenant', () => undefined);
    box.release(false);
    // The next box is started after the result has gone out.
    await new Promise((resolve) => setImmediate(resolve));
    await pool.warmUp();
  }
  assert.deepEqual(started, [false, true, false, false]);
});
