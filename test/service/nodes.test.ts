// Two services over one database and one folder of artifacts: each answers for every run.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Run } from '@castellan/protocol';
import { type Postgres, startPostgres } from '../shared/postgres.support.ts';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';
import { decided, judgeTicks, tickEachSecond } from './ticks.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-nodes-'));
const gates = join(folder, 'gates');
let server: Postgres;
let url: string;
let one: Service;
let other: Service;

/** One run at a time each; \`gate(name)\` of a script waits until the test opens it. */
const config = `
  import { existsSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  const gate = async (name) => {
    while (!existsSync(${JSON.stringify(gates)} + '/' + name)) await sleep(10);
  };
  export default {
    queue: { concurrency: 1 },
    schedules: { shortestMs: 1_000 },
    policies: { default: { maxAttempts: 2, helpers: { gate }, limits: { wallMs: 120_000 } } },
  };`;

before(async () => {
  mkdirSync(gates);
  server = await startPostgres();
  url = await server.makeDatabase();
  const options = { config, data: join(folder, 'data'), env: { CASTELLAN_STORE: url } };
  [one, other] = await Promise.all([startService(options), startService(options)]);
});
after(async () => {
  await Promise.all([one, other].map((service) => service?.[Symbol.asyncDispose]()));
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function submit(
  service: Service,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const { status, text } = await service.call('POST', '/v1/runs', { body, headers });
  assert.ok(status === 202 || status === 200, text);
  return JSON.parse(text) as Run;
}

async function get(service: Service, id: string): Promise<Run> {
  return JSON.parse((await service.call('GET', `/v1/runs/${id}`)).text) as Run;
}

const running = (id: string): Promise<boolean> =>
  until(`${id} runs`, async () => (await get(other, id)).startedAt !== null);

/** The service that executes a run, and the other one. */
async function holderOf(id: string): Promise<[holder: Service, another: Service]> {
  await running(id);
  const sql = `SELECT split_part(life, ' ', 3)::integer AS pid FROM runs
    JOIN nodes ON nodes.id = node WHERE runs.id = '${id}'`;
  const [found] = (await server.read(url, sql)) as { pid: number }[];
  return found?.pid === one.pid ? [one, other] : [other, one];
}

const open = (name: string): void => writeFileSync(join(gates, name), '');

/** The types of all events of a run, as they come over a stream; `onFirst` hears of the first log line. */
async function follow(service: Service, id: string, onLine: () => void): Promise<string[]> {
  const types: string[] = [];
  const { body } = await fetch(`${service.url}/v1/runs/${id}/events`);
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const hadLine = types.includes('log');
    types.splice(
      0,
      types.length,
      ...[...text.matchAll(/^event: (\S+)$/gm)].map(([, type]) => `${type}`),
    );
    if (!hadLine && types.includes('log')) onLine();
  }
  return types;
}

test('a run of one service is followed live, listed, read and cancelled through the other', async () => {
  const code = "console.log('here'); await artifacts.write('a.txt', 'made'); await gate('never')";
  const { id } = await submit(one, { code });
  const [holder, another] = await holderOf(id);
  const seen = Promise.withResolvers<void>();
  const events = follow(another, id, seen.resolve);
  await seen.promise;
  const path = `/v1/runs/${id}/artifacts/a.txt`;
  await until(
    'the artifact is there',
    async () => (await another.call('GET', path)).status === 200,
  );
  assert.equal((await another.call('GET', path)).text, 'made');
  assert.equal((await another.call('DELETE', `/v1/runs/${id}`)).status, 202);
  assert.equal((await events).at(-1), 'run.finished');
  assert.equal((await get(holder, id)).status, 'cancelled');
  const { text } = await another.call('GET', '/v1/runs?status=cancelled');
  assert.deepEqual(
    (JSON.parse(text) as { items: Run[] }).items.map((run) => run.id),
    [id],
  );
});

test('a key of a repeated request is known to both, and a full service leaves its queue to the other', async () => {
  const headers = { 'idempotency-key': 'one-of-two' };
  const first = await submit(one, { code: "await gate('both'); return 1" }, headers);
  await running(first.id);
  const again = await submit(other, { code: "await gate('both'); return 1" }, headers);
  assert.equal(again.id, first.id);
  // Whoever has the first run has no place for another.
  const second = await submit(one, { code: "await gate('both'); return 2" });
  await running(second.id);
  assert.equal((await get(other, first.id)).status, 'running');
  const third = await submit(one, { code: 'return 3' });
  const ended = other.call('GET', `/v1/runs/${third.id}/events`);
  open('both');
  assert.match((await ended).text, /event: run\.finished/);
  assert.deepEqual(
    await Promise.all([first, second, third].map(async ({ id }) => (await get(one, id)).value)),
    [1, 2, 3],
  );
});

test('each second of a schedule has one run, whichever service comes to it', async () => {
  await tickEachSecond(one);
  await decided(other, 2);
  assert.ok((await judgeTicks(other)) >= 2);
});

test('one of them sweeps', async () => {
  const sweepers = `SELECT count(*)::integer AS sweepers FROM pg_locks
    WHERE locktype = 'advisory' AND classid = ${0x63617374} AND objid = 3`;
  const count = async () => (await server.read(url, sweepers)) as { sweepers: number }[];
  await until('one has begun', async () => (await count())[0]?.sweepers === 1);
});

test('a service that dies loses no run: the other starts it again, and whoever waits there hears', async () => {
  const code = "await gate('after'); return 'done'";
  const { id } = await submit(one, { code, retry: { maxAttempts: 2 } });
  const [holder, another] = await holderOf(id);
  const events = another.call('GET', `/v1/runs/${id}/events`);
  await holder.stop('SIGKILL');
  open('after');
  assert.match((await events).text, /event: run\.finished/);
  const { value, attempt } = await get(another, id);
  assert.deepEqual([value, attempt], ['done', 2]);
});
