import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits } from '@castellan/protocol';
import { FrameError } from '@castellan/protocol/frames';
import { isHarmless } from './ending.ts';
import { Settled } from './settled.ts';

const limits = resolveLimits({ wallMs: 500 });
const settledWith = (json: string, pending?: string | null): Settled => {
  const settled = new Settled({ engine: 'isolate', limits });
  settled.take({ type: 'settled', json });
  if (pending !== undefined) settled.take({ type: 'waiting', pending });
  return settled;
};

test('Settled gives nothing before the script has settled', () => {
  assert.equal(new Settled({ engine: 'isolate', limits }).timeIsUp(), undefined);
});

test('Settled gives the value when the time is up, and no process to use again', () => {
  const late = settledWith('{"a":1}', '2 timers').timeIsUp();
  assert.deepEqual([late?.ending.reason, late?.ending.value], [null, { a: 1 }]);
  assert.match(late?.warning ?? '', /^Dropped when wallMs \(500 ms\) was over: 2 timers\./);
  assert.ok(late !== undefined);
  assert.equal(isHarmless(late.ending), false);
  assert.equal(isHarmless({ ...late.ending, isByWall: false }), true);
});

test('Settled tells the last of what the script waited for', () => {
  const settled = settledWith('1', '1 fetch');
  settled.take({ type: 'waiting', pending: '1 timer' });
  assert.match(settled.timeIsUp()?.warning ?? '', /: 1 timer\./);
  settled.take({ type: 'waiting', pending: null });
  assert.match(settled.timeIsUp()?.warning ?? '', /: what the script went on for\./);
});

test('Settled takes one value, and nothing that a script waits for before it', () => {
  assert.throws(() => settledWith('1').take({ type: 'settled', json: '2' }), FrameError);
  const early = new Settled({ engine: 'isolate', limits });
  assert.throws(() => early.take({ type: 'waiting', pending: null }), FrameError);
});

test('Settled holds the value to the rules of a result', () => {
  assert.equal(settledWith('{"a":').timeIsUp()?.ending.reason, 'policy_violation');
  const objects = `[${Array(300_000).fill('{}').join()}]`;
  assert.equal(settledWith(objects).timeIsUp()?.ending.reason, 'output_limit');
});
