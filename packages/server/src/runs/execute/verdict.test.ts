import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Run } from '@castellan/protocol';
import { type AttemptEnd, type Counted, verdict } from './verdict.ts';

const fresh: Counted = {
  attempt: 0,
  maxAttempts: 1,
  deaths: 0,
  failedBoxes: 0,
  isStarted: false,
  isCancelled: false,
  maySoon: true,
};
const finished = (status: Run['status']): AttemptEnd => ({
  kind: 'finished',
  run: { status } as Run,
});
const ours = (kind: Exclude<AttemptEnd['kind'], 'finished'>): AttemptEnd => ({
  kind,
  message: kind,
});
const started = { attempt: 1, isStarted: true };

for (const [what, counted, end, expected] of [
  ['a result', started, finished('failed'), 'record'],
  [
    'a result of a script that nobody wants any more',
    { ...started, isCancelled: true },
    finished('succeeded'),
    'record',
  ],
  ['a death before the start', {}, ours('lost'), 'requeue'],
  ['a death after the only start', started, ours('lost'), 'worker_lost'],
  [
    'a death after the first of two starts',
    { ...started, maxAttempts: 2 },
    ours('lost'),
    'requeue',
  ],
  ['a second death, whatever is left', { maxAttempts: 9, deaths: 1 }, ours('lost'), 'worker_lost'],
  ['a death of a cancelled run', { isCancelled: true }, ours('lost'), 'cancelled'],
  ['a busy launcher', {}, ours('busy'), 'requeue'],
  ['a box that failed', {}, ours('box_failed'), 'try_again'],
  ['a box that failed at a worker', { maySoon: false }, ours('box_failed'), 'requeue'],
  [
    'the second that failed at a worker',
    { maySoon: false, deaths: 1 },
    ours('box_failed'),
    'box_failed',
  ],
  ['the fifth box that failed', { failedBoxes: 4 }, ours('box_failed'), 'box_failed'],
  ['a launcher that says that no box could be built', {}, finished('error'), 'try_again'],
  ['the same for the fifth time', { failedBoxes: 4 }, finished('error'), 'record'],
  ['a run that no box would take', {}, ours('refused'), 'box_failed'],
  ['a run handed back before its start', {}, ours('handed_back'), 'requeue'],
  ['a run handed back after its only start', started, ours('handed_back'), 'worker_lost'],
] as const) {
  test(`verdict on ${what} is ${expected}`, () => {
    const judged = verdict({ ...fresh, ...counted }, end);
    assert.equal(judged.next === 'end' ? judged.reason : judged.next, expected);
  });
}

test('whatever launchers do, user code starts at most maxAttempts times and every run ends', () => {
  const kinds = ['lost', 'box_failed', 'handed_back'] as const;
  const step = fc.record({ kind: fc.constantFrom(...kinds), isStarted: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { minLength: 40 }), (max, steps) => {
      let [attempt, deaths, failedBoxes, ended] = [0, 0, 0, false];
      // A drain comes once in the life of a process.
      let handedBack = 0;
      for (const { kind, isStarted } of steps) {
        if (kind === 'handed_back' && ++handedBack > 10) continue;
        if (isStarted) attempt++;
        assert.ok(attempt <= max);
        const isCancelled = false;
        const judged = verdict(
          { attempt, maxAttempts: max, deaths, failedBoxes, isStarted, isCancelled, maySoon: true },
          ours(kind),
        );
        ended = judged.next === 'end';
        if (ended) break;
        if (judged.next === 'requeue') ({ deaths } = judged);
        failedBoxes = judged.next === 'try_again' ? judged.failedBoxes : 0;
      }
      assert.ok(ended || handedBack > 0);
    }),
  );
});
