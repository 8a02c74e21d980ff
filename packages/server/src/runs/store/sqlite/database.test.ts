import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { playedLaunch } from '../../played-launch.support.ts';
import { openSome, readRun, scratchFolder, submitAndWait } from '../../open.support.ts';
import { contradictions } from '../contradictions.ts';
import { migrate, migrations, StoreTooNewError } from './migrations.ts';
import { countIn, openDatabase } from './database.ts';

/** What a store of each version looked like when it was the newest, with runs in every state. */
const dump = (version: number): string =>
  readFileSync(fileURLToPath(new URL(`fixtures/version-${version}.sql`, import.meta.url)), 'utf8');

for (const [at] of migrations.entries()) {
  test(`a store of version ${at + 1} is brought up to date, and its runs go on`, async () => {
    await using folder = await scratchFolder();
    const old = new DatabaseSync(join(folder.path, 'castellan.sqlite'));
    old.exec(dump(at + 1));
    old.close();
    await using runs = await openSome({ folder: folder.path, launch: playedLaunch().launch });
    const run = (n: number): string => `run_${String(n).padStart(32, '0')}`;
    const signal = AbortSignal.timeout(5_000);
    const ended = await Promise.all(
      [1, 2, 3].map(async (n) => readRun(await runs.ended(null, run(n), signal))),
    );
    assert.deepEqual(
      ended.map((each) => [each?.status, each?.value]),
      [
        ['succeeded', 'of old'],
        ['succeeded', { queued: true }],
        ['error', null],
      ],
    );
    assert.equal(ended[0]?.logs[0]?.text, 'a line of old');
    assert.equal(ended[2]?.reason, 'worker_lost');
    assert.equal((await submitAndWait(runs)).status, 'succeeded');
  });
}

test("a new store is the same as one that was migrated step by step, and is its owner's only", async () => {
  await using folder = await scratchFolder();
  using opened = openDatabase(folder.path) as DatabaseSync & Disposable;
  const stepped = new DatabaseSync(':memory:');
  for (let version = 1; version <= migrations.length; version++) {
    migrate(stepped, migrations.slice(0, version));
  }
  const pragma = (name: string): unknown =>
    Object.values(opened.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.deepEqual(
    ['journal_mode', 'synchronous', 'locking_mode', 'auto_vacuum', 'foreign_keys'].map(pragma),
    ['wal', 2, 'exclusive', 2, 1],
  );
  assert.equal(statSync(join(folder.path, 'castellan.sqlite')).mode & 0o777, 0o600);
  const schema = 'SELECT name, sql FROM sqlite_schema ORDER BY name';
  assert.deepEqual(opened.prepare(schema).all(), stepped.prepare(schema).all());
  assert.deepEqual(await contradictions(countIn(opened)), []);
});

test('a store of a newer Castellan is refused and left as it is', async () => {
  await using folder = await scratchFolder();
  openDatabase(folder.path).close();
  const newer = new DatabaseSync(join(folder.path, 'castellan.sqlite'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  assert.throws(
    () => openDatabase(folder.path),
    (error) => {
      assert.ok(error instanceof StoreTooNewError);
      return /version 99.*up to \d+/.test(error.message);
    },
  );
});

test('a migration that fails leaves the version before it', () => {
  using database = new DatabaseSync(':memory:') as DatabaseSync & Disposable;
  migrate(database, ['CREATE TABLE a (b)']);
  assert.throws(() => migrate(database, ['', 'CREATE TABLE c (d)', 'CREATE TABLE a (e)']));
  const names = database.prepare('SELECT name FROM sqlite_schema').all();
  assert.deepEqual(
    names.map(({ name }) => name),
    ['a'],
  );
  assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], 1);
});

test('what runs of version 1 were asked is carried over, with parameters, hosts and labels', () => {
  using database = new DatabaseSync(':memory:') as DatabaseSync & Disposable;
  database.exec(dump(1));
  const params = { text: 'a "quoted" \u20ac', list: [1, null] };
  const old = { source: 'x', params, env: { A: 'b' }, modules: ['dayjs'], allow: ['*.example'] };
  const browser = { locale: 'de-AT' };
  const run = `run_${String(2).padStart(32, '0')}`;
  database
    .prepare('UPDATE requests SET body = ? WHERE run = ?')
    .run(JSON.stringify({ ...old, browser, limits: { wallMs: 5 } }), run);
  database.prepare(`UPDATE runs SET labels = '{"team":"x"}' WHERE id = ?`).run(run);
  migrate(database);
  const { body } = database.prepare('SELECT body FROM requests WHERE run = ?').get(run) ?? {};
  assert.deepEqual(JSON.parse(String(body)), {
    source: 'x',
    input: {
      params: JSON.stringify(params),
      env: { A: 'b' },
      modules: ['dayjs'],
      network: { allow: ['*.example'] },
      browser,
      labels: { team: 'x' },
    },
    limits: { wallMs: 5 },
  });
});
