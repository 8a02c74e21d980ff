import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { groupCommits } from './commits.ts';
import { durably } from '../durable.ts';

function open(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (a INTEGER UNIQUE, b TEXT)');
  return database;
}

const count = (database: DatabaseSync): unknown =>
  (database.prepare('SELECT count(*) AS n FROM t').get() as { n: number }).n;

test('write puts all writes of a turn into one transaction, in their order', async () => {
  using database = open();
  using commits = groupCommits(database);
  const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
  const results = await Promise.all(
    [3, 1, 2].map((a) => commits.write(() => Number(insert.run(a).lastInsertRowid))),
  );
  assert.deepEqual(results, [1, 2, 3]);
  assert.deepEqual(commits.counts, { done: 1, failed: 0 });
});

test('write undoes a write that throws, and keeps its neighbours', async () => {
  using database = open();
  using commits = groupCommits(database);
  const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
  const settled = await Promise.allSettled([
    commits.write(() => insert.run(1)),
    commits.write(() => {
      insert.run(2);
      throw new RangeError('no');
    }),
    commits.write(() => {
      insert.run(3);
      insert.run(1);
    }),
    commits.write(() => insert.run(4)),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(
    database
      .prepare('SELECT a FROM t')
      .all()
      .map(({ a }) => a),
    [1, 4],
  );
});

test('a write that is asked for by a write goes into the same transaction', async () => {
  using database = open();
  using commits = groupCommits(database);
  const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
  let inner: Promise<unknown> | undefined;
  await commits.write(() => {
    insert.run(1);
    inner = commits.write(() => insert.run(2));
  });
  await inner;
  assert.equal(commits.counts.done, 1);
  assert.equal(count(database), 2);
});

test('write rejects, and stores nothing, when the disk is full; then goes on as before', async () => {
  using database = open();
  using commits = groupCommits(database);
  const insert = database.prepare('INSERT INTO t (b) VALUES (?)');
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() as {
    page_count: number;
  };
  database.exec(`PRAGMA max_page_count = ${pages}`);
  const large = 'x'.repeat(100_000);
  const settled = await Promise.allSettled([
    commits.write(() => insert.run(large)),
    commits.write(() => insert.run(large)),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.match(String(commits.fault?.cause), /full/);
  assert.equal(count(database), 0);
  const saved = durably(() => commits.write(() => insert.run(large)));
  await assert.rejects(commits.write(() => insert.run(large)));
  database.exec('PRAGMA max_page_count = 100000');
  await saved;
  assert.equal(commits.fault, undefined);
  assert.equal(count(database), 1);
});

test('a closed store takes no write', async () => {
  using database = open();
  const commits = groupCommits(database);
  const before = commits.write(() => database.exec('INSERT INTO t (a) VALUES (1)'));
  commits[Symbol.dispose]();
  await before;
  await assert.rejects(
    commits.write(() => undefined),
    /closed/,
  );
  assert.equal(count(database), 1);
});

test('a lazy write is not synced, and one that it asks for and that is not lazy has its own', async () => {
  using database = open();
  using commits = groupCommits(database);
  const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
  const sync = (): unknown => database.prepare('PRAGMA synchronous').get()?.['synchronous'];
  const lazy = (): boolean => true;
  const seen: unknown[] = [];
  let inner: Promise<unknown> | undefined;
  await commits.write(() => {
    seen.push(sync());
    inner = commits.write(() => void seen.push(sync()));
    return insert.run(1);
  }, lazy);
  await inner;
  await Promise.all([
    commits.write(() => void seen.push(sync()), lazy),
    commits.write(() => void seen.push(sync())),
  ]);
  assert.deepEqual(seen, [1, 2, 2, 2]);
  assert.equal(commits.counts.done, 3);
});
