import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reuse } from '@castellan/protocol';
import type { Box, Runners } from '../boxes/runner/box.ts';
import { none } from '../drivers/none/none.ts';
import { locateParts } from '../boxes/runner/parts.ts';
import { Pool } from '../pool/pool.ts';
import { Execution } from './execution.ts';
import { jobWith } from './fixtures/job.ts';

const whose = { tenant: 'a', program: null };
const job = jobWith();
const { limits } = job;

/** One place, and boxes that `spoil` may do something to. */
function poolOf(spoil: (box: Box) => void, reuse: Reuse = 'never'): Pool {
  const real = none(locateParts());
  const runners: Runners = {
    ...real,
    async start(spec) {
      const box = await real.start(spec);
      spoil(box);
      return box;
    },
  };
  const spec = {
    engine: 'isolate',
    jitless: false,
    reusable: reuse === 'tenant',
    ...limits,
  } as const;
  return new Pool({ runners, reuse, warm: 0, concurrency: 1, spec, floor: [], startMs: 15_000 });
}

const refused = Object.assign(new Error('EBUSY: /sys/fs/cgroup/memory/secret'), { code: 'EBUSY' });

test('a box whose limits cannot be set gets no script, and gives its place back', async () => {
  let isSpoilt = true;
  await using pool = poolOf((box) => {
    if (!isSpoilt) return;
    box.startMetering = () => {
      throw refused;
    };
  });
  const take = (onTurn: () => void) =>
    pool.take({ ...limits, engine: 'isolate', jitless: false, reusable: false }, whose, onTurn);
  const failed = await new Execution(job).run(take, undefined);
  assert.deepEqual([failed.status, failed.reason], ['error', 'box_failed']);
  assert.equal(failed.error?.message, 'The limits of the box could not be set (EBUSY)');
  isSpoilt = false;
  const next = await new Execution(job).run(take, undefined);
  assert.equal(next.value, 2);
});

test('a start that cannot be recorded tells the script’s owner nothing of this machine', async () => {
  await using pool = poolOf(() => undefined);
  const begin = async (): Promise<never> => {
    throw refused;
  };
  const run = await new Execution({ ...job, begin }).run(
    (onTurn) =>
      pool.take({ ...limits, engine: 'isolate', jitless: false, reusable: false }, whose, onTurn),
    undefined,
  );
  assert.equal(run.error?.message, 'The start could not be recorded (EBUSY)');
});

test('a box is not used again once its runs have left as much behind as one may use', async () => {
  for (const [left, expected] of [
    [0, 1],
    [0.6, 2],
  ] as const) {
    let boxes = 0;
    await using pool = poolOf((box) => {
      boxes += 1;
      const memoryBytes = left * limits.memoryBytes;
      box.meter = () => ({ cpuMs: 1, memoryBytes, memoryPeakBytes: memoryBytes });
    }, 'tenant');
    const spec = { ...limits, engine: 'isolate', jitless: false, reusable: true } as const;
    for (let count = 0; count < 4; count++) {
      const run = await new Execution(job).run((on) => pool.take(spec, whose, on), undefined);
      assert.equal(run.value, 2);
    }
    assert.equal(boxes, expected, `${left}`);
  }
});

test('a box that works while it has no job is killed', async () => {
  const boxes: Box[] = [];
  let cpuMs = 0;
  await using pool = poolOf((box) => {
    boxes.push(box);
    box.meter = () => ({ cpuMs: (cpuMs += 300), memoryBytes: 0, memoryPeakBytes: 0 });
  }, 'tenant');
  const spec = { ...limits, engine: 'isolate', jitless: false, reusable: true } as const;
  const patient = { ...job, limits: { ...limits, cpuMs: 10 ** 9 } };
  await new Execution(patient).run((on) => pool.take(spec, whose, on), undefined);
  assert.equal((await boxes[0]?.exited)?.signal, 'SIGKILL');
  const next = await new Execution(patient).run((on) => pool.take(spec, whose, on), undefined);
  assert.deepEqual([next.value, boxes.length], [2, 2]);
});
