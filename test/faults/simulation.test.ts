// The committed table of the simulation is what the queue does today. The short version is test/scale.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainQueue, realQueue } from '../../bench/simulation/queues.ts';
import { simulate } from '../../bench/simulation/simulate.ts';
import { situations } from '../../bench/simulation/situations.ts';
import { rows } from '../../bench/simulation/table.ts';

const file = join(import.meta.dirname, '../../bench/simulation/outcomes.md');

for (const { name, world, isPlain = false } of situations) {
  test(`${name}: as in the table`, () => {
    using queue = isPlain ? plainQueue() : realQueue(world.cap);
    const table = readFileSync(file, 'utf8');
    assert.ok(table.includes(rows(name, simulate(world, queue)).join('\n')));
  });
}
