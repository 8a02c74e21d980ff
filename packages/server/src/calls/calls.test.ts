import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallError } from '../runs/contract/calls.ts';
import { LaunchError } from '../runs/contract/launch.ts';
import type { EndedCall } from '../runs/contract/runs.ts';
import { keptLog, submission } from '../runs/open.support.ts';
import { endless, playedLaunch, wellBehaved } from '../runs/played-launch.support.ts';
import { openCalls } from './calls.ts';

type Part = Parameters<typeof playedLaunch>[0];

const never = new AbortController().signal;
const asked = { submission: submission(), record: 'none', waitMs: 1_000, signal: never } as const;

/** Calls over a launcher that does as it is told, and what they have had written down. */
function open(part?: Part, record?: (call: EndedCall) => Promise<void>) {
  const { launch, asked: jobs } = playedLaunch(part);
  const recorded: EndedCall[] = [];
  const log = keptLog();
  const calls = openCalls({
    launch,
    capacity: 2,
    record: record ?? (async (call) => void recorded.push(call)),
    log,
  });
  return { calls, jobs, recorded, log };
}

test('a call is launched once, as one of which nothing is kept', async () => {
  const { calls, jobs, recorded } = open();
  const { run, isRecorded } = await calls.call(asked);
  assert.deepEqual([run.status, isRecorded, recorded], ['succeeded', false, []]);
  const [job] = jobs;
  assert.deepEqual([jobs.length, job?.isUnrecorded, job?.attempt, job?.firstSeq], [1, true, 1, 2]);
  assert.equal(run.id, job?.id);
  assert.deepEqual(calls.standing, { running: 0, waiting: 0 });
});

test('a failure is recorded before it is answered, and a disk that refuses it costs no answer', async () => {
  const failing: Part = async function* (_run, { event, finish }) {
    yield event({ type: 'run.started' });
    yield event({ type: 'log', text: 'x' });
    yield finish({ status: 'failed', reason: 'uncaught_exception' });
  };
  const kept = open(failing);
  const answer = await kept.calls.call({ ...asked, record: 'failures' });
  assert.deepEqual([answer.run.status, answer.isRecorded], ['failed', true]);
  assert.deepEqual(
    kept.recorded.map(({ run, events }) => [run.id, events.map(({ type }) => type)]),
    [[answer.run.id, ['run.started', 'log']]],
  );
  const refused = open(failing, () => Promise.reject(new Error('full')));
  const other = await refused.calls.call({ ...asked, record: 'failures' });
  assert.deepEqual([other.run.status, other.isRecorded], ['failed', false]);
  assert.match(refused.log.lines.map(({ text }) => text).join(), /could not be recorded/);
});

for (const [what, part, hasStarted] of [
  [
    'before the script started',
    // oxlint-disable-next-line require-yield
    async function* () {
      throw new LaunchError('lost', 'the launcher was killed');
    } satisfies Part,
    false,
  ],
  [
    'after the script started',
    async function* (_run, { event }) {
      yield event({ type: 'run.started' });
      throw new LaunchError('lost', 'the launcher was killed');
    } satisfies Part,
    true,
  ],
] as const) {
  test(`a launcher that is lost ${what} is said so`, async () => {
    const { calls, recorded } = open(part);
    await assert.rejects(calls.call(asked), (error: CallError) => {
      const { failure, message } = error;
      assert.deepEqual([failure, error.hasStarted], ['lost', hasStarted]);
      assert.equal(
        message,
        `The call was lost: the launcher was killed. The script had ${hasStarted ? '' : 'not '}started.`,
      );
      return true;
    });
    assert.deepEqual([recorded, calls.ended], [[], { lost: 1 }]);
    await assert.rejects(calls.call({ ...asked, record: 'failures' }), /recorded as run_/);
    const [{ run } = assert.fail()] = recorded;
    assert.deepEqual([run.status, run.reason], ['error', 'worker_lost']);
    assert.equal(run.startedAt !== null, hasStarted);
  });
}

test('a call that nobody waits for any more is killed', async () => {
  const begun = Promise.withResolvers<void>();
  const { calls } = open(async function* (run, play) {
    begun.resolve();
    yield* endless(run, play);
  });
  const left = new AbortController();
  const calling = calls.call({ ...asked, signal: left.signal });
  await begun.promise;
  assert.deepEqual(calls.standing, { running: 1, waiting: 0 });
  left.abort();
  assert.equal((await calling).run.status, 'cancelled');
});

test('a drain takes no more calls, waits for those under way, and ends them when its time is up', async () => {
  const { calls } = open(endless);
  const calling = calls.call(asked);
  const waiting = [calls.call(asked), calls.call(asked)];
  const ended = Promise.allSettled([calling, ...waiting]);
  await calls.drain(1);
  for (const each of await ended) {
    assert.equal(each.status, 'rejected');
    assert.equal((each.reason as CallError).failure, 'draining');
  }
  await assert.rejects(calls.call(asked), { failure: 'draining' });
  const idle = open(wellBehaved);
  const last = idle.calls.call(asked);
  await idle.calls.drain(60_000);
  assert.equal((await last).run.status, 'succeeded');
});
