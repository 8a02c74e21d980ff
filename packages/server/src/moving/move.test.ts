// Runs and keys moved from files into a real database and back: whole, once, and over kills.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { JsonText } from '@castellan/protocol/json';
import { openFunctions } from '../functions/open.ts';
import { openKeyAdmin } from '../keys/open.ts';
import { moveStores } from '../move-stores.ts';
import { scratchFolder, submission } from '../runs/open.support.ts';
import { artifact, batch, ending, log, takeOne } from '../runs/store/conformance.support.ts';
import type { Store } from '../runs/store/store.ts';
import { openSchedules } from '../schedules/open.ts';
import { openWebhooks } from '../webhooks/open.ts';
import { openShares } from '../shares/open.ts';
import { openKv } from '../kv/open.ts';
import { openSecrets } from '../secrets/open.ts';
import { openStore } from '../runs/open-store.ts';
import { chunkOf } from '../runs/record/event-lines.ts';
import { systemClock } from '../runs/time/clock.ts';
import { movedStores } from './stores.ts';
import { tablesOf } from './tables.ts';

let server: Postgres;
before(async () => {
  server = await startPostgres();
});
after(() => server[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const bounds = { perTenant: 10, versions: 10, tenantBytes: 1_000 };
const sealing = { keys: Buffer.alloc(32, 7).toString('base64'), keysFile: null, perTenant: 10 };
const kvBounds = { entries: 10, tenantBytes: 1_000, perMinute: 1_000 };
const scheduleBounds = { perTenant: 1, shortestMs: 1_000 };
const rules = {
  bytes: 2 ** 20,
  tenantBytes: 2 ** 20,
  keepMs: 3_600_000,
  onFault: (error: unknown) => assert.ifError(error),
};

const open = (folder: string, url: string | null): Promise<Store> =>
  openStore({
    folder,
    url,
    clock: systemClock,
    queueLimit: 1_000,
    capacity: 4,
    onNews: () => undefined,
    leaseMs: 15_000,
  });

const moving = (folder: string, url: string, to: 'database' | 'files', stop = signal) =>
  moveStores({ folder, url, to, signal: stop, onStage: () => undefined, onRows: () => undefined });

const webhookRun = `run_${'0'.repeat(32)}`;

/** A folder with a run in each state, of several tenants, and a key; `more` runs wait. */
async function filled(folder: string, url: string | null, more = 0): Promise<string> {
  await using store = await open(folder, url);
  for (const tenant of ['a', 'b', 'c']) {
    const input = { labels: { kind: `odd\0${tenant}`, other: '\ud800' }, params: [tenant, '\0'] };
    const idempotency = { scope: `key ${tenant}`, key: 'k', payload: 'p' };
    await store.submit(submission({ tenant, input, idempotency }));
  }
  const ended = await takeOne(store);
  const made = artifact('größe.txt', 1).artifact;
  await store.append(ended.row, () => ({
    chunks: [{ lastSeq: 3, body: chunkOf([log(2, 'x'.repeat(100_000)), log(3, 'é\0')]) }],
    changes: [
      { type: 'started', at: ended.row.created_at },
      { type: 'artifact', artifact: { ...made, storedMs: store.time.nowMs() } },
      { type: 'network', seq: 3, body: '{"host":"a.example"}' },
    ],
    ending: { ...ending(store, ended, { value: { a: [1, null] } }), nextSeq: 5 },
  }));
  const running = await takeOne(store);
  await store.append(running.row, batch(2));
  for (let each = 0; each < more; each++) await store.submit(submission({ tenant: 'many' }));
  await using functions = await openFunctions(folder, url, bounds);
  await functions.deploy('a', 'f', {
    definition: '{"code":"return \\u0000"}',
    hash: 'of it',
    description: 'größe',
    policy: 'default',
    createdBy: 'key_1',
    isLive: true,
  });
  await using secrets = await openSecrets(folder, url, sealing);
  await secrets.put('a', 'KEY', {
    value: 'größer als acht',
    hosts: ['a.example'],
    headers: [],
    functions: ['f'],
    inEnv: false,
    updatedBy: 'key_1',
  });
  await using kv = await openKv(folder, url, kvBounds, rules.onFault);
  const entry = { op: 'set', key: 'größe', value: '"\\u0000"', ifVersion: null } as const;
  await kv.ask('a', { ...entry, ttlMs: null });
  await kv.ask('b', { ...entry, ttlMs: 3_600_000 });
  await using schedules = await openSchedules(folder, url, scheduleBounds);
  const { record } = await schedules.put('a', 's', {
    cron: '* * * * *',
    timezone: 'Europe/Vienna',
    function: 'f',
    alias: null,
    params: '{"a":"größe \\u0000"}',
    missed: 'all',
    overlap: 'queue',
    jitterMs: 0,
    paused: false,
    createdBy: 'key_1',
  });
  await schedules.claim(record, Date.now() + 120_000);
  await using webhooks = await openWebhooks(folder, url, 10);
  await webhooks.expect('a', webhookRun, 'https://a.example/größe');
  const [due = assert.fail()] = await webhooks.due(Date.now());
  const claimed = (await webhooks.claim(due, Date.now())) ?? assert.fail();
  const attempt = { at: new Date().toISOString(), status: null, durationMs: 1, detail: '\u0000' };
  await webhooks.settle(claimed, { state: 'failed', attempt });
  await webhooks.rotate('a');
  await using shares = await openShares({ ...rules, folder, url });
  await shares?.keep('a', new JsonText('{"code":"return 1"}'));
  await using keys = await openKeyAdmin(folder, url);
  const { key } = await keys.create({
    name: 'shop',
    tenant: 'a',
    mayNameTenant: false,
    policies: ['default'],
    scopes: ['runs:read'],
    expiresAt: null,
  });
  return key;
}

/** Everything that is read of a store, and the key's holder. */
async function seen(folder: string, url: string | null, key: string): Promise<unknown> {
  await using store = await open(folder, url);
  await using keys = await openKeyAdmin(folder, url);
  await using functions = await openFunctions(folder, url, bounds);
  await using secrets = await openSecrets(folder, url, sealing);
  await using kv = await openKv(folder, url, kvBounds, rules.onFault);
  const asked = { op: 'get', key: 'größe' } as const;
  const called = await functions.find('a', 'f');
  await using schedules = await openSchedules(folder, url, scheduleBounds);
  const schedule = await schedules.find('a', 's');
  await using webhooks = await openWebhooks(folder, url, 10);
  const { items } = await store.list({ tenant: null, limit: 20 });
  const runs = await Promise.all(
    items.map(async ({ id }) => ({
      run: await store.run(null, id),
      row: { ...(await store.row(null, id)) },
      events: await store.events(id, 0),
      network: await store.network(id),
      files: await store.files(id),
      request: await store.request(id),
      artifact: await store.artifact(id, 'größe.txt'),
    })),
  );
  return {
    runs,
    tenants: await store.tenants(null),
    waiting: await store.waiting(),
    contradictions: await store.contradictions(),
    called: { ...called, aliases: { ...called?.aliases } },
    definition: await functions.definition(called?.id ?? '', 1),
    secrets: await secrets.open('a', ['KEY']),
    values: [await kv.ask('a', asked), await kv.ask('b', asked)],
    schedule,
    ticks: await schedules.history(schedule?.id ?? '', 10),
    webhook: await webhooks.find('a', webhookRun),
    signing: await webhooks.generation('a'),
    holder: await keys.find(key),
    secret: Buffer.from(keys.tokenSecret).toString('hex'),
  };
}

test('runs in all states and keys come into a database and back as they were', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  const key = await filled(folder.path, null);
  const asItWas = await seen(folder.path, null, key);
  const there = await moving(folder.path, url, 'database');
  assert.deepEqual(there.counts, {
    keys: 1,
    functions: 1,
    secrets: 1,
    'keys and values': 2,
    schedules: 1,
    webhooks: 1,
    'stored links': 1,
    runs: 3,
  });
  assert.ok(there.retired.every((path) => existsSync(path)));
  assert.deepEqual(await seen(folder.path, url, key), asItWas);
  // What was moved is no place to start from, and nobody starts anew there without noticing.
  await assert.rejects(open(folder.path, null), /were moved into a database/);
  await assert.rejects(moving(folder.path, url, 'database'), /nothing to move in the data folder/);
  const back = await moving(folder.path, url, 'files');
  assert.deepEqual(back.counts, there.counts);
  assert.deepEqual(await seen(folder.path, null, key), asItWas);
  await assert.rejects(open(folder.path, url), /was moved into a data folder/);
  // There and back again, beside what was left by the first time.
  const again = await moving(folder.path, url, 'database');
  assert.ok(again.retired.every((path) => path.endsWith('.moved_2')));
  assert.deepEqual(await seen(folder.path, url, key), asItWas);
  await using store = await open(folder.path, url);
  assert.deepEqual(
    [(await takeOne(store)).row.status, (await store.sweep.rest(), await store.contradictions())],
    ['running', []],
  );
  const [bytes] = await server.read(url, 'SELECT bytes > 100000 AS are FROM totals');
  assert.deepEqual(bytes, { are: true });
});

test('a target with runs, one in use, and a source in use are refused and left alone', async () => {
  await using folder = await scratchFolder();
  await using other = await scratchFolder();
  const url = await server.makeDatabase();
  const key = await filled(folder.path, null);
  await filled(other.path, url);
  const refused = { code: 'invalid_option', message: /There are keys in the database .* already/ };
  await assert.rejects(moving(folder.path, url, 'database'), refused);
  await assert.rejects(moving(folder.path, url, 'files'), {
    message: /There are keys in the data/,
  });
  const left = (await seen(folder.path, null, key)) as { runs: unknown[] };
  assert.equal(left.runs.length, 3);
  {
    await using _ = await open(folder.path, null);
    const empty = await server.makeDatabase();
    await assert.rejects(moving(folder.path, empty, 'database'), /folder .* is in use by process/);
  }
  await using _ = await open(other.path, url);
  await assert.rejects(moving(other.path, url, 'files'), /database .* is in use by castellan/);
});

test('a target that a service has made and nobody has used is replaced', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  const key = await filled(folder.path, null);
  await (await open(folder.path, url))[Symbol.asyncDispose]();
  await (await openKeyAdmin(folder.path, url))[Symbol.asyncDispose]();
  const asItWas = await seen(folder.path, null, key);
  await moving(folder.path, url, 'database');
  assert.deepEqual(await seen(folder.path, url, key), asItWas);
});

test('a schema of that name with tables of others is not touched', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  await filled(folder.path, null);
  await server.run(url, 'CREATE SCHEMA castellan; CREATE TABLE castellan.mine (x integer)');
  await assert.rejects(moving(folder.path, url, 'database'), /castellan/);
  assert.deepEqual(await server.read(url, 'SELECT count(*)::integer FROM mine'), [{ count: 0 }]);
  assert.ok(existsSync(join(folder.path, 'castellan.sqlite')));
});

test('a database that cannot be used is refused in words that say why', async () => {
  await using folder = await scratchFolder();
  await filled(folder.path, null);
  const url = await server.makeDatabase();
  const newer = await server.makeDatabase();
  await (await open(folder.path, newer))[Symbol.asyncDispose]();
  await server.run(newer, 'UPDATE castellan.version SET version = 99');
  for (const [given, message] of [
    ['mysql://x/y', /is no URL of a database/],
    [url.replace(/test\d+/, 'nowhere'), /does not exist/],
    ['postgres://u:canary@127.0.0.1:1/x', /nobody listens there/],
    [newer, /has version 99, .*newer Castellan/],
  ] as const) {
    await assert.rejects(moving(folder.path, given, 'database'), (error: Error) => {
      assert.match(error.message, message);
      return !error.message.includes('canary');
    });
  }
});

test('killed in the middle, it goes on where it was', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  const key = await filled(folder.path, null, 400);
  const asItWas = await seen(folder.path, null, key);
  const killed = spawn(process.execPath, [
    fileURLToPath(new URL('fixtures/move-until-told.ts', import.meta.url)),
    folder.path,
    url,
  ]);
  const [line] = (await once(createInterface(killed.stdout), 'line')) as [string];
  const gone = once(killed, 'exit');
  killed.kill('SIGKILL');
  await gone;
  assert.match(line, /^runs \d+$/);
  const count = 'SELECT count(*)::integer FROM castellan_copy.runs';
  const [copied] = (await server.read(url, count)) as { count: number }[];
  assert.ok(copied !== undefined && copied.count > 0 && copied.count < 403, `${copied?.count}`);
  let first = 0;
  await moveStores({
    folder: folder.path,
    url,
    to: 'database',
    signal,
    onStage: () => undefined,
    onRows: (table, rows) => void (table === 'runs' && (first ||= rows)),
  });
  assert.ok(first > 0 && first < 403);
  assert.deepEqual(await seen(folder.path, url, key), asItWas);
});

test('a move that was killed before its source was put aside puts it aside the next time', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  await filled(folder.path, null);
  const { counts, retired } = await moving(folder.path, url, 'database');
  for (const path of retired) renameSync(path, path.replace('.moved', ''));
  assert.deepEqual((await moving(folder.path, url, 'database')).counts, counts);
  assert.deepEqual(
    readdirSync(folder.path).filter((name) => name.endsWith('.sqlite')),
    [],
  );
});

test('a copy that is not the same is found; of a source that was used meanwhile it is made anew', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  const key = await filled(folder.path, null);
  /** Stops before the comparison, and changes the copy. */
  const spoil = async (): Promise<void> => {
    const stop = new AbortController();
    const onStage = (what: string): void => void (what === 'comparing the runs' && stop.abort());
    const options = { folder: folder.path, url, to: 'database', onRows: () => undefined } as const;
    await assert.rejects(moveStores({ ...options, signal: stop.signal, onStage }), {
      name: 'AbortError',
    });
    await server.run(url, "UPDATE castellan_copy.runs SET labels = '{}' WHERE status = 'queued'");
  };
  await spoil();
  await assert.rejects(moving(folder.path, url, 'database'), /row \d of runs is not the same/);
  await spoil();
  const asItWas = await seen(folder.path, null, key);
  await moving(folder.path, url, 'database');
  assert.deepEqual(await seen(folder.path, url, key), asItWas);
});

test('each table of a store is in a file and in a database, but for what only a database has', async () => {
  await using folder = await scratchFolder();
  const url = await server.makeDatabase();
  await filled(folder.path, url);
  for (const { make, schema } of movedStores) {
    const blank = new DatabaseSync(':memory:');
    make(blank);
    const query = `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = '${schema.name}' AND table_name NOT IN ('version', 'nodes')`;
    const found = (await server.read(url, query)) as { name: string }[];
    const names = tablesOf(blank).map(({ name }) => name);
    assert.deepEqual(found.map(({ name }) => name).toSorted(), names.toSorted(), schema.name);
    blank.close();
  }
});
