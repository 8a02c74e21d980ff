import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { artifactFolder } from '../artifacts/folder.ts';
import { scratchFolder, submission } from '../open.support.ts';
import { artifact, endedRuns, heldClock, open, takeOne } from '../store/conformance.support.ts';
import { subjects } from '../store/subjects.support.ts';
import { sweepFiles } from './reconcile.ts';
import { retention, type Retention } from './retention.ts';

const day = 86_400_000;
const forever: Retention = {
  runsMs: 1e15,
  logsMs: 1e15,
  artifactsMs: 1e15,
  artifactBytes: 1e15,
  storeBytes: 1e15,
};
const art = (n: number): string => artifact('a', n).artifact.id;
const [subject] = subjects;
assert.ok(subject);

test('retention removes what is too old, and the files with it', async () => {
  await using scratch = await scratchFolder();
  const clock = heldClock();
  await using opened = await open(subject, clock);
  const { store } = opened;
  const ids = await endedRuns(store, 130, () => clock.pass(day));
  for (const [n, id] of ids.entries()) {
    mkdirSync(join(scratch.path, id));
    writeFileSync(join(scratch.path, id, art(n)), '');
  }
  const folder = await artifactFolder(scratch.path);
  const sweep = retention(store, folder, {
    ...forever,
    runsMs: 19.5 * day,
    logsMs: 14.5 * day,
    artifactsMs: 9.5 * day,
  });
  assert.deepEqual(await sweep(), { runs: 111, logs: 5, artifacts: 10 });
  assert.deepEqual(readdirSync(scratch.path).toSorted(), ids.slice(111).toSorted());
  assert.deepEqual(readdirSync(join(scratch.path, ids[120] ?? '')), []);
  assert.deepEqual(readdirSync(join(scratch.path, ids[121] ?? '')), [art(121)]);
  assert.deepEqual(await sweep(), { runs: 0, logs: 0, artifacts: 0 });
  assert.deepEqual(await store.contradictions(), []);
});

test('sweepFiles removes what no record knows, and lets running runs be', async () => {
  await using scratch = await scratchFolder();
  await using opened = await open(subject);
  const { store } = opened;
  const [ended = ''] = await endedRuns(store, 1, () => undefined);
  await store.submit(submission());
  const { id: running } = (await takeOne(store)).row;
  const unknown = `run_${'7'.repeat(32)}`;
  for (const [run, n] of [
    [ended, 0],
    [ended, 1],
    [running, 2],
    [unknown, 3],
  ] as const) {
    mkdirSync(join(scratch.path, run), { recursive: true });
    writeFileSync(join(scratch.path, run, art(n)), '');
  }
  assert.equal(await sweepFiles(store, await artifactFolder(scratch.path)), 2);
  const left = readdirSync(scratch.path, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .toSorted(),
    [art(0), art(2)],
  );
});
