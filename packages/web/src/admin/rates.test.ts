import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sample, within } from './rates.ts';

const at = (time: number, startedAt = 'a'): Sample => ({
  startedAt,
  at: time,
  submitted: 0,
  ended: 0,
  limited: 0,
});

test('within keeps a minute of one service', () => {
  const kept = [0, 30_000, 60_000, 61_000].reduce<readonly Sample[]>(
    (samples, time) => within(samples, at(time)),
    [],
  );
  assert.deepEqual(
    kept.map((sample) => sample.at),
    [30_000, 60_000, 61_000],
  );
  // Another start counts from nothing.
  assert.deepEqual(within(kept, at(62_000, 'b')), [at(62_000, 'b')]);
});
