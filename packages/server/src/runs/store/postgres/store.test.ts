// What only a database does: it goes away and comes back, belongs to one process, and has a version.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../../../../test/shared/postgres.support.ts';
import { until } from '../../../../../../test/shared/until.support.ts';
import { examine } from '../../../storage/examine.ts';
import { isStorageFault } from '../../../storage/fault.ts';
import { submission } from '../../open.support.ts';
import { systemClock } from '../../time/clock.ts';
import { batch, ending, heldClock, takeOne } from '../conformance.support.ts';
import { durably } from '../durable.ts';
import type { Store } from '../store.ts';
import { runsSchema } from './migrations.ts';
import { addressOf } from '../../../storage/address.ts';
import { DatabaseInUseError, own } from '../../../storage/ownership.ts';
import { ownLife } from '../life.ts';
import type { News } from './news.ts';
import { postgresStore } from './store.ts';

let server: Postgres;
before(async () => {
  server = await startPostgres(true);
});
after(() => server[Symbol.asyncDispose]());

const plain = { clock: systemClock, queueLimit: 100, capacity: 4, leaseMs: 15_000 };

function open(url: string, onNews: (news: News) => void = () => undefined): Promise<Store> {
  return postgresStore({ ...plain, url, onNews });
}

/** A session beside that of the store. */
async function beside(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Ends all sessions of the database but those of the caller. */
const cutOff = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

// First: after a crash a server brings all its files to the disk, and each database has a thousand.
test('when the server is restarted, nothing that was accepted is lost, and writes go on', async () => {
  const url = await server.makeDatabase();
  await using store = await open(url);
  const { id } = (await store.submit(submission())).run;
  const leased = await takeOne(store);
  await store.append(leased.row, batch(2));
  await server.stop('SIGQUIT');
  await assert.rejects(store.submit(submission()), (error) => {
    assert.ok(isStorageFault(error));
    return /cannot be reached/.test(error.message);
  });
  await assert.rejects(store.run(null, id), isStorageFault);
  assert.ok(store.fault);
  assert.equal(await store.waiting(), 0, 'the last length that is known');
  const appended = durably(() => store.append(leased.row, batch(3)));
  const ended = appended.then(() =>
    durably(() => store.end(leased.row, { ...ending(store, leased), nextSeq: 5 })),
  );
  await server.start();
  await ended;
  assert.equal(store.fault, undefined);
  assert.equal((await store.run(null, id))?.status, 'succeeded');
  assert.deepEqual(
    (await store.events(id, 0)).map(({ seq }) => seq),
    [2, 3],
  );
  assert.deepEqual(await store.contradictions(), []);
});

test('services share a database, and whoever moves it hears whose it is', async () => {
  const url = await server.makeDatabase();
  await using store = await open(url);
  await using _ = await open(url);
  assert.equal(await store.waiting(), 0);
  assert.match(await examine(url, runsSchema), /of version \d+, used by castellan, process/);
  await using client = await beside(url);
  await assert.rejects(own(client, addressOf(url), 'whole', 1), (error) => {
    assert.ok(error instanceof DatabaseInUseError);
    assert.match(error.message, new RegExp(`in use by castellan, process ${process.pid} of `));
    return true;
  });
});

test('one service sweeps, and another when that one is gone or has lost its session', async () => {
  const url = await server.makeDatabase();
  await using one = await open(url);
  await using other = await open(url);
  const who = async () => [await one.isSweeper(), await other.isSweeper()];
  assert.deepEqual(await who(), [true, false]);
  assert.deepEqual(await who(), [true, false]);
  await using client = await beside(url);
  await client.query(cutOff);
  await durably(() => other.keepTime());
  assert.equal(await other.isSweeper(), true);
  await durably(() => one.keepTime());
  assert.deepEqual(await who(), [false, true]);
});

test('runs of a service that is gone, or silent for its lease, are orphans; those of others are not', async () => {
  const url = await server.makeDatabase();
  const held = heldClock();
  const { clock } = held;
  await using watching = await postgresStore({ ...plain, url, clock, onNews: () => undefined });
  const orphans = async () => (await watching.orphans()).map(({ id }) => id);
  await using alive = await open(url);
  await using silent = await open(url);
  await alive.submit(submission());
  const kept = (await takeOne(alive)).row;
  await silent.submit(submission());
  const { row } = await takeOne(silent);
  for (let second = 0; second <= 16; second++) {
    await alive.keepTime();
    held.pass(1_000);
    await watching.keepTime();
    assert.deepEqual(await orphans(), second <= 15 ? [] : [row.id], `second ${second}`);
  }
  // It was only slow: it goes on under its lease, as long as nobody has taken that away.
  await silent.append(row, batch(2));
  await silent.keepTime();
  assert.deepEqual(await orphans(), []);
  // A stop of whoever watches, however long, is no silence of the others.
  held.pass(3_600_000);
  await watching.keepTime();
  assert.deepEqual(await orphans(), []);
  await silent[Symbol.asyncDispose]();
  assert.deepEqual(await orphans(), [row.id]);
  const run = await watching.run(null, kept.id);
  assert.equal(run?.status, 'running');
});

test('runs of a process of this machine that has died are orphans at once', async () => {
  const url = await server.makeDatabase();
  await using store = await open(url);
  await using client = await beside(url);
  await store.submit(submission());
  const { row } = await takeOne(store);
  await client.query('SET search_path = castellan');
  // As if it were the run of another service, whose process had the number of this one before.
  const [boot, pids] = ownLife().split(' ');
  await client.query('INSERT INTO nodes (id, life) VALUES ($1, $2)', [
    'dead',
    `${boot} ${pids} ${process.pid} 1`,
  ]);
  await client.query("UPDATE runs SET node = 'dead'");
  assert.deepEqual(await store.orphans(), []);
  await store.keepTime();
  assert.deepEqual(
    (await store.orphans()).map(({ id }) => id),
    [row.id],
  );
});

test('a run that another service has cancelled is told to the one that has it', async () => {
  const url = await server.makeDatabase();
  const heard: string[] = [];
  await using one = await open(url, ({ runs }) => void heard.push(...(runs ?? [])));
  await using other = await open(url);
  const { id } = (await one.submit(submission())).run;
  await takeOne(one);
  assert.deepEqual(await one.cancelled([]), []);
  assert.equal(await other.cancel(null, id), 'running');
  assert.deepEqual([await one.cancelled([]), await other.cancelled([])], [[id], []]);
  await until('it has heard', () => heard.includes(id));
});

test('a database of a newer Castellan is refused and left as it is', async () => {
  const url = await server.makeDatabase();
  assert.match(await examine(url, runsSchema), /new to Castellan, no service uses it now/);
  await (await open(url))[Symbol.asyncDispose]();
  await using client = await beside(url);
  await client.query('UPDATE castellan.version SET version = 99');
  const message = /has version 99, .* up to \d+.*start the newer Castellan/;
  await assert.rejects(open(url), { code: 'invalid_option', message });
  await assert.rejects(examine(url, runsSchema), { code: 'invalid_option', message });
  const { rows } = await client.query('SELECT version FROM castellan.version');
  assert.deepEqual(rows, [{ version: 99 }]);
});

test('a database in another encoding is refused', async () => {
  const url = await server.makeDatabase(['--encoding=LATIN1', '--template=template0']);
  await assert.rejects(open(url), { message: /has the encoding LATIN1/ });
});

test('a migration that fails leaves nothing behind', async () => {
  const url = await server.makeDatabase();
  await using client = await beside(url);
  // The store makes a table of this name.
  await client.query('CREATE SCHEMA castellan; CREATE TABLE castellan.clock (mine integer)');
  await assert.rejects(open(url));
  const { rows } = await client.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'castellan'",
  );
  assert.deepEqual(rows, [{ table_name: 'clock' }]);
});

test('a session that was cut off is opened again, under the same lock', async () => {
  const url = await server.makeDatabase();
  await using store = await open(url);
  await using client = await beside(url);
  for (let round = 0; round < 3; round++) {
    await client.query(cutOff);
    await durably(() => store.submit(submission()));
  }
  assert.equal(await store.waiting(), 3);
  const count = `SELECT count(*)::integer AS held FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  await until('those that were cut off have gone', async () => {
    const { rows } = await client.query<{ held: number }>(count);
    return rows[0]?.held === 1;
  });
});

test('what was stored and never answered can be asked for again, and happens once', async () => {
  const url = await server.makeDatabase();
  await using store = await open(url);
  await using client = await beside(url);
  await client.query('SET search_path = castellan');
  /** Cuts the store off while its transaction waits. */
  const unheard = async (ask: () => Promise<unknown>): Promise<void> => {
    await client.query('BEGIN; LOCK totals');
    const rejected = assert.rejects(ask(), isStorageFault);
    const [request] = await until('the store waits for the lock', async () => {
      const { rows } = await client.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()",
      );
      return rows.length > 0 ? rows : undefined;
    });
    assert.ok(request);
    await client.query('SELECT pg_terminate_backend($1)', [request.pid]);
    await rejected;
    await client.query('ROLLBACK');
  };
  await store.submit(submission());
  await unheard(() => store.take(() => 1));
  const leased = await takeOne(store);
  assert.equal(leased.row.lease, 1, 'what was not committed was not taken');
  const whole = { ...ending(store, leased), nextSeq: 4 };
  const last = batch(2, {
    changes: [{ type: 'started', at: leased.row.created_at }],
    ending: whole,
  });
  await store.append(leased.row, last);
  // As after an answer that was lost: the same again changes nothing.
  await store.append(leased.row, last);
  await store.end(leased.row, whole);
  assert.equal(store.staleWrites, 0);
  assert.equal((await store.row(null, leased.row.id))?.attempt, 1);
  assert.deepEqual(await store.contradictions(), []);
});

test('a take whose answer was lost is answered by the next one', async () => {
  const url = await server.makeDatabase();
  const taken: string[] = [];
  {
    await using store = await open(url);
    await store.submit(submission());
    await store.submit(submission());
  }
  await using client = await beside(url);
  await client.query('SET search_path = castellan');
  const take = (lost: string | null) =>
    client.query<{ at: number; answer: { id: string; lease: number } }>(
      'SELECT at, answer FROM apply($1)',
      [JSON.stringify([{ do: 'take', most: 1, nonce: 'first', lost, node: 'n', life: '' }])],
    );
  for (const { at, answer } of (await take(null)).rows) if (at === 0) taken.push(answer.id);
  const again = (await take('first')).rows.filter(({ at }) => at === 0);
  assert.equal(again.length, 2, 'the lost one, and another');
  assert.deepEqual([again[0]?.answer.id, again[0]?.answer.lease], [taken[0], 1]);
  assert.notEqual(again[1]?.answer.id, taken[0]);
});

test('others hear which runs have news, after the commit, and this process hears of theirs', async () => {
  const url = await server.makeDatabase();
  const heard: News[] = [];
  const anything = { runs: undefined, areWaiting: true };
  await using client = await beside(url);
  const told: string[] = [];
  client.on('notification', ({ payload = '' }) => void told.push(payload));
  await client.query('LISTEN castellan_news');
  await using store = await open(url, (news) => void heard.push(news));
  await until('it listens', () => heard.length > 0);
  assert.deepEqual(heard, [anything], 'anything may have been missed before');
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) ids.push((await store.submit(submission())).run.id);
  await until('all were told', () => ids.every((id) => told.some((text) => text.includes(id))));
  assert.match(told.at(-1) ?? '', /^\S+ \+ run_/, 'and that they wait');
  await client.query("SELECT pg_notify('castellan_news', 'another - run_1,run_2')");
  await until('it has heard', () => heard.length > 1);
  assert.deepEqual(heard.slice(1), [{ runs: ['run_1', 'run_2'], areWaiting: false }]);
  await client.query(cutOff);
  await until('it listens again', () => heard.length > 2);
  assert.deepEqual(heard[2], anything);
});

test('who could not be told hears, once it can, that any run may have news', async () => {
  const url = await server.makeDatabase();
  await using client = await beside(url);
  const told: string[] = [];
  client.on('notification', ({ payload = '' }) => void told.push(payload));
  await client.query('LISTEN castellan_news');
  let connections = 0;
  await using store = await open(url, () => void connections++);
  await until('it listens', () => connections > 0);
  // Nobody can connect, so that the announcer stays away while the session that writes is there.
  const [{ pid } = { pid: 0 }] = (
    await client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%LISTEN castellan_news' AND pid <> pg_backend_pid()",
    )
  ).rows;
  const name = new URL(url).pathname.slice(1);
  const elsewhere = url.replace(name, 'postgres');
  await server.run(elsewhere, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await client.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  const { id } = (await store.submit(submission())).run;
  await server.run(elsewhere, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await until('others are told', () => told.some((text) => / [+] (?:\*|run_)/.test(text)));
  assert.ok(
    told.some((text) => text.endsWith(' + *') || text.includes(id)),
    told.join('; '),
  );
});
