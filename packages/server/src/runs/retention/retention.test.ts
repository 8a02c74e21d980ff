import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { artifactFolder } from '../artifacts/folder.ts';
import { serviceTime } from '../time/clock.ts';
import { scratchFolder } from '../open.support.ts';
import { groupCommits } from '../store/commits.ts';
import { openStore } from '../store/open.ts';
import { contradictions, sweepFiles } from './reconcile.ts';
import { retention, type Retention } from './retention.ts';

const day = 86_400_000;
const forever = {
  runsMs: 1e15,
  logsMs: 1e15,
  artifactsMs: 1e15,
  artifactBytes: 1e15,
  storeBytes: 1e15,
};

/** A store with ended runs of one artifact of 100 bytes each, one a day, the last one now. */
async function filled(path: string, runs: number) {
  const database = openStore(path);
  const folder = await artifactFolder(join(path, 'artifacts'));
  const clock = { wall: () => runs * day, monotonic: () => 0 };
  const time = serviceTime(clock, undefined);
  const ids = Array.from({ length: runs }, (_, n) => String(n).padStart(32, '0'));
  database.exec('BEGIN');
  for (const [n, id] of ids.entries()) {
    const run = `run_${id}`;
    database.exec(`
      INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position, queued_ms,
          ended_ms, created_at, finished_at, labels, facts)
        VALUES ('${run}', 'a', 'default', 'succeeded', 1, 0, 0, 0, ${(n + 1) * day}, '', '', '{}', '{}');
      INSERT INTO events VALUES ('${run}', 2, '${'x'.repeat(1_000)}');
      INSERT INTO artifacts VALUES ('${run}', 'a', 'art_${id}', 100, ${(n + 1) * day}, '{}');
      UPDATE totals SET artifact_bytes = artifact_bytes + 100`);
    mkdirSync(join(path, 'artifacts', run));
    writeFileSync(join(path, 'artifacts', run, `art_${id}`), '');
  }
  database.exec('COMMIT');
  const commits = groupCommits(database);
  const sweep = (rules: Partial<Retention>) =>
    retention({ database, commits, folder, time }, { ...forever, ...rules })();
  const count = (table: string): unknown =>
    (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  return { database, folder, sweep, count, [Symbol.dispose]: () => database.close() };
}

test('runs go with all that is theirs when they are too old', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 250);
  assert.deepEqual(await store.sweep({ runsMs: 9.5 * day }), { runs: 240, logs: 0, artifacts: 0 });
  assert.deepEqual(['runs', 'events', 'artifacts'].map(store.count), [10, 10, 10]);
  assert.equal(readdirSync(join(scratch.path, 'artifacts')).length, 10);
  assert.deepEqual(contradictions(store.database), []);
  assert.deepEqual(await store.sweep({ runsMs: 9.5 * day }), { runs: 0, logs: 0, artifacts: 0 });
});

test('logs and artifacts go by their own age, and their runs stay', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 250);
  const rules = { logsMs: 19.5 * day, artifactsMs: 4.5 * day };
  assert.deepEqual(await store.sweep(rules), { runs: 0, logs: 230, artifacts: 245 });
  assert.deepEqual(['runs', 'events', 'artifacts'].map(store.count), [250, 20, 5]);
  assert.deepEqual(await store.sweep(rules), { runs: 0, logs: 0, artifacts: 0 });
  assert.deepEqual(contradictions(store.database), []);
});

test('artifacts go, the oldest first, until the rest is small enough', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 250);
  assert.deepEqual(await store.sweep({ artifactBytes: 750 }), { runs: 0, logs: 0, artifacts: 243 });
  const kept = store.database.prepare('SELECT run FROM artifacts ORDER BY run').all();
  assert.equal(kept[0]?.['run'], `run_${'243'.padStart(32, '0')}`);
  assert.deepEqual(contradictions(store.database), []);
});

test('runs go, the oldest first, while the store is too large', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 600);
  const { runs } = await store.sweep({ storeBytes: 900_000 });
  assert.ok(runs >= 100 && runs <= 500, String(runs));
  const oldest = store.database.prepare('SELECT min(id) AS id FROM runs').get();
  assert.equal(oldest?.['id'], `run_${String(runs).padStart(32, '0')}`);
});

test('sweepFiles removes what no record knows, and lets running runs be', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 3);
  const at = (run: string, file: string): void => {
    mkdirSync(join(scratch.path, 'artifacts', run), { recursive: true });
    writeFileSync(join(scratch.path, 'artifacts', run, file), '');
  };
  const art = (digit: string): string => `art_${digit.repeat(32)}`;
  const run = (n: number): string => `run_${String(n).padStart(32, '0')}`;
  at(run(0), art('a'));
  at(run(1), art('b'));
  at(run(77), art('c'));
  store.database.exec(`UPDATE runs SET status = 'running' WHERE id = '${run(1)}'`);
  assert.equal(await sweepFiles(store.database, store.folder), 2);
  const left = readdirSync(join(scratch.path, 'artifacts'), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  assert.deepEqual(left.toSorted(), [
    ...['0', '1', '2'].map((n) => `art_${n.padStart(32, '0')}`),
    art('b'),
  ]);
});

test('contradictions names what the tables should not say about each other', async () => {
  await using scratch = await scratchFolder();
  using store = await filled(scratch.path, 3);
  store.database.exec(`UPDATE runs SET status = 'queued'; UPDATE totals SET queued = 1`);
  assert.deepEqual(contradictions(store.database), [
    '3 runs that are queued but not in the queue',
    '1 totals that are wrong',
    '3 running or queued runs without a request',
  ]);
});
