// What has to hold in any situation, by a virtual clock and the queue of the service itself: `node bench/simulate.ts`
// does the same for a hundred million runs a day. First come, first served has to fail where fairness is asked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainQueue, type Queue, realQueue } from '../../bench/simulation/queues.ts';
import { evenness, type Outcome, quantileOf, simulate } from '../../bench/simulation/simulate.ts';
import { scripts, type Stream, type World } from '../../bench/simulation/world.ts';

const world: Omit<World, 'streams'> = {
  seed: 7,
  slots: 80,
  changes: [],
  commitMs: 20,
  cap: 80,
  fromMs: 8_000,
  untilMs: 20_000,
};
/** Three quarters of the slots. */
const everybody: Stream = { name: 'all', perSecond: 33, tenants: 500, skew: 1, take: scripts };
const flood: Stream = { ...everybody, name: 'flood', perSecond: 100, tenants: 1 };

function outcomeOf(given: World, make: () => Queue = () => realQueue(given.cap)): Outcome {
  using queue = make();
  const outcome = simulate(given, queue);
  const { came, ended, running, waiting, started, repeated } = outcome;
  assert.equal(came, ended + running + waiting, 'no run is lost');
  assert.equal(started, ended + running + repeated, 'and none starts twice');
  assert.ok(outcome.mostRunning <= given.cap);
  return outcome;
}

const longest = ({ waits }: Outcome, stream: string): number =>
  quantileOf(waits.get(stream) ?? [], 0.99);

test('a tenant that floods waits for itself, and others hardly longer than without it', () => {
  const calm = outcomeOf({ ...world, streams: [everybody] });
  const flooded = { ...world, streams: [everybody, flood] };
  const fair = outcomeOf(flooded);
  const plain = outcomeOf(flooded, plainQueue);
  assert.ok(longest(calm, 'all') <= 500, `calm: ${longest(calm, 'all')} ms`);
  assert.ok(longest(fair, 'all') <= 2_000, `flooded: ${longest(fair, 'all')} ms`);
  assert.ok(longest(fair, 'flood') > 5_000, `the flood: ${longest(fair, 'flood')} ms`);
  assert.ok(longest(plain, 'all') > 5_000, `first come: ${longest(plain, 'all')} ms`);
});

test('a cap holds a flood back while slots are free', () => {
  const outcome = outcomeOf({ ...world, cap: 10, streams: [everybody, flood] });
  assert.equal(outcome.mostRunning, 10);
  assert.ok(outcome.busy < 0.95, `${outcome.busy} busy`);
  assert.ok(longest(outcome, 'all') <= 500, `${longest(outcome, 'all')} ms`);
});

test('in overload each tenant that always waits has the same time, however long its scripts are', () => {
  const stream = (name: string, perSecond: number, tookMs: number): Stream => {
    return { name, perSecond, tenants: 10, skew: 1, take: () => tookMs };
  };
  const streams = [stream('short', 200, 200), stream('long', 12, 1_500)];
  const overload = { ...world, slots: 20, cap: 20, streams };
  const fair = outcomeOf(overload);
  assert.ok(fair.backlogged.length >= 15, `${fair.backlogged.length} always wait`);
  assert.ok(evenness(fair.backlogged) > 0.97, `evenness ${evenness(fair.backlogged)}`);
  const plain = outcomeOf(overload, plainQueue);
  assert.ok(evenness(plain.backlogged) < 0.9, `first come: ${evenness(plain.backlogged)}`);
});

test('when half of the launchers die their runs start again, and the queue empties afterwards', () => {
  const changes = [
    { atMs: 12_000, slots: 30 },
    { atMs: 16_000, slots: 80 },
  ];
  const outcome = outcomeOf({ ...world, changes, untilMs: 40_000, streams: [everybody] });
  assert.ok(outcome.repeated > 0);
  assert.ok(outcome.waiting <= 5, `${outcome.waiting} wait`);
});

test('the same seed gives the same outcome, another seed another', () => {
  const given = { ...world, fromMs: 1_000, untilMs: 4_000, streams: [everybody, flood] };
  const strip = ({ micros: _, ...outcome }: Outcome): object => outcome;
  assert.deepEqual(strip(outcomeOf(given)), strip(outcomeOf(given)));
  assert.notDeepEqual(strip(outcomeOf({ ...given, seed: 8 })), strip(outcomeOf(given)));
});

test('the guide has the table that was written last', () => {
  const root = join(import.meta.dirname, '../..');
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');
  assert.ok(text('docs/operations/scale.md').includes(text('bench/simulation/outcomes.md').trim()));
});
