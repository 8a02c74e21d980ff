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
    queue: { concurrency: 1, drainMs: 0 },
    policies: { default: { maxAttempts: 2, helpers: { gate }, reuse: 'never' } },
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
  const seen = Promise.withResolvers<void>();
  const events = follow(other, id, seen.resolve);
  await seen.promise;
  const path = `/v1/runs/${id}/artifacts/a.txt`;
  await until('the artifact is there', async () => (await other.call('GET', path)).status === 200);
  assert.equal((await other.call('GET', path)).text, 'made');
  assert.equal((await other.call('DELETE', `/v1/runs/${id}`)).status, 202);
  assert.equal((await events).at(-1), 'run.finished');
  assert.equal((await get(one, id)).status, 'cancelled');
  const { text } = await other.call('GET', '/v1/runs?status=cancelled');
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
  // The first service has its one run already.
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

test('one of them sweeps', async () => {
  const sweepers = `SELECT count(*)::integer AS sweepers FROM pg_locks
    WHERE locktype = 'advisory' AND classid = ${0x63617374} AND objid = 3`;
  assert.deepEqual(await server.read(url, sweepers), [{ sweepers: 1 }]);
});

test('a service that dies loses no run: the other starts it again, and whoever waits there hears', async () => {
  const code = "await gate('after'); return 'done'";
  const { id } = await submit(one, { code, retry: { maxAttempts: 2 } });
  await running(id);
  const events = other.call('GET', `/v1/runs/${id}/events`);
  await one.stop('SIGKILL');
  open('after');
  assert.match((await events).text, /event: run\.finished/);
  const { value, attempt } = await get(other, id);
  assert.deepEqual([value, attempt], ['done', 2]);
  await one.start();
  assert.equal((await one.run({ code: 'return 4' })).value, 4);
});

test('a service that is stopped hands its run to the other', async () => {
  const code = "await gate('drained'); return 'kept'";
  const { id } = await submit(one, { code, retry: { maxAttempts: 2 } });
  await running(id);
  assert.equal(await one.stop('SIGTERM'), 0);
  open('drained');
  await until('it has ended', async () => (await get(other, id)).finishedAt !== null);
  const { value, attempt } = await get(other, id);
  assert.deepEqual([value, attempt], ['kept', 2]);
});
