// A checker that finds nothing proves nothing: each fault is put into a healthy store, and found.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { playedLaunch } from '../../packages/server/src/runs/played-launch.support.ts';
import {
  openSome,
  scratchFolder,
  submitAndWait,
} from '../../packages/server/src/runs/open.support.ts';
import { check } from './checker.support.ts';
import type { Call } from './client.support.ts';

/** Two runs that went well, as client, witness and store saw them. */
async function healthy(data: string) {
  const calls: Call[] = [];
  {
    await using runs = await openSome({ folder: data, launch: playedLaunch().launch });
    for (const nonce of ['one', 'two']) {
      const { id } = await submitAndWait(runs, {
        input: { params: { nonce, token: `${nonce}-token` } },
      });
      const call = { key: nonce, nonce, maxAttempts: 1, status: 202, refusals: new Map() };
      calls.push({ ...call, ids: new Set([id]) });
    }
  }
  const marks = join(data, 'marks');
  const mark = (...lines: string[]): void => writeFileSync(marks, `${lines.join('\n')}\n`);
  mark('one one-token 1', 'two two-token 2');
  const change = (sql: string): void => {
    const database = new DatabaseSync(join(data, 'castellan.sqlite'));
    database.exec(sql);
    database.close();
  };
  return {
    calls,
    data,
    marks,
    runningCap: 2,
    mark,
    change,
    id: [...(calls[0]?.ids ?? [])][0] ?? '',
  };
}

type Healthy = Awaited<ReturnType<typeof healthy>>;

test('check finds nothing in a healthy store', async () => {
  await using folder = await scratchFolder();
  const store = await healthy(folder.path);
  const { accepted, ended, faults, longestGapMs } = await check(store.calls, store);
  assert.deepEqual(
    { accepted, ended, faults, longestGapMs },
    { accepted: 2, ended: { succeeded: 2 }, faults: [], longestGapMs: 1 },
  );
});

/** All that a copy of a run has as it is. */
const copied = `tenant, policy, status, reason, attempt, deaths, max_attempts, lane, lease, is_started,
  is_cancelled, position, next_seq, attempt_seq, queued_ms, ended_ms, created_at, started_at, finished_at,
  labels, facts, value, needs`;

const faults: readonly [string, (store: Healthy) => void, RegExp][] = [
  [
    'a run that is gone',
    ({ change, id }) => change(`DELETE FROM runs WHERE id = '${id}'`),
    /accepted and is missing/,
  ],
  [
    'a run without an end',
    ({ change }) => change('UPDATE runs SET finished_at = NULL'),
    /has not ended/,
  ],
  ['a second run of a key', ({ calls }) => void calls[0]?.ids.add('run_x'), /key one has the runs/],
  ['a run nobody asked for', ({ calls }) => void calls.pop(), /1 runs nobody asked for/],
  [
    'a start too many',
    ({ mark }) => mark('one a 1', 'one one-token 2', 'two two-token 3'),
    /one was started 2 times/,
  ],
  [
    'the value of an earlier start',
    ({ mark }) => mark('one one-token 1', 'one b 2', 'two two-token 3'),
    /value of another attempt/,
  ],
  [
    'the value of another run',
    ({ change }) => change(`UPDATE runs SET value = '{"nonce":"x"}'`),
    /value of another run/,
  ],
  ['an attempt too many', ({ change }) => change('UPDATE runs SET attempt = 2'), /had 2 attempts/],
  [
    'a negative duration',
    ({ change }) => change(`UPDATE runs SET facts = json_set(facts, '$.timings.queueMs', -1)`),
    /has queueMs -1/,
  ],
  [
    'an end before its beginning',
    ({ change }) => change(`UPDATE runs SET finished_at = '2000'`),
    /ended before it began/,
  ],
  [
    'a run too many at a time',
    ({ change, id }) =>
      change(`UPDATE runs SET started_at = '2030', finished_at = '2031';
        INSERT INTO runs (id, ${copied}) SELECT id || 'x', ${copied}
          FROM runs WHERE id = '${id}'`),
    /default had 3 runs at a time, and may have 2/,
  ],
  [
    'a queue that is not empty',
    ({ change, id }) => change(`INSERT INTO queue VALUES ('a', 0, 0, '${id}', NULL, '[]')`),
    /the queue is not empty/,
  ],
  [
    'a run without its request',
    ({ change, id }) => change(`DELETE FROM requests WHERE run = '${id}'`),
    /a run has lost its request/,
  ],
  [
    'a tenant with a run too many',
    ({ change }) => change('UPDATE tenants SET running = 1'),
    /a tenant is said to have runs/,
  ],
  [
    'a file without a record',
    ({ data }) => {
      mkdirSync(join(data, 'artifacts', 'run_x'));
      writeFileSync(join(data, 'artifacts', 'run_x', 'art_x'), '');
    },
    /art_x has no record/,
  ],
];
for (const [what, harm, found] of faults) {
  test(`check finds ${what}`, async () => {
    await using folder = await scratchFolder();
    const store = await healthy(folder.path);
    harm(store);
    assert.match((await check(store.calls, store)).faults.join('\n'), found);
  });
}
