// `castellan worker`: launchers that come by themselves, to a service that has none.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { Run } from '@castellan/protocol';
import type { Overview } from '@castellan/sdk';
import { type Service, startService } from './service.support.ts';
import { program } from './spawn.support.ts';
import { makeKey, startWorker, type WorkerProcess } from './worker.support.ts';

const policies = {
  default: { warm: 1, modules: ['zod', 'path'], isolation: ['bubblewrap', 'oci'] },
};
/** However slow the machine is, no worker is thought dead. */
const config = { launchers: 0, queue: { leaseMs: 60_000 }, policies };
let service: Service;
let worker: WorkerProcess;
let headers: Record<string, string>;

/** A service without a launcher, with a worker, and the headers of a client. */
async function start(given: object): Promise<[Service, WorkerProcess, Record<string, string>]> {
  await using opened = new AsyncDisposableStack();
  const own = opened.use(await startService({ config: given }));
  const [key, authorization] = [
    makeKey(own, {}, 'work'),
    makeKey(own, {}, 'runs:read', 'runs:write'),
  ];
  const its = opened.use(await startWorker({ url: own.url, key }));
  opened.move();
  return [own, its, { authorization: `Bearer ${authorization}` }];
}

before(async () => {
  [service, worker, headers] = await start(config);
});
after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

const get = async (id: string, of = service, by = headers): Promise<Run> =>
  JSON.parse((await of.call('GET', `/v1/runs/${id}`, { headers: by })).text) as Run;

async function submit(body: object, of = service, by = headers): Promise<string> {
  const { text, status } = await of.call('POST', '/v1/runs', { body, headers: by });
  assert.equal(status, 202, text);
  return (JSON.parse(text) as Run).id;
}

/** Resolves when an event of that type is stored; asks again where the service was gone. */
async function hears(type: string, id: string, of = service, by = headers): Promise<void> {
  for (;;) {
    try {
      const { body } = await fetch(`${of.url}/v1/runs/${id}/events`, { headers: by });
      let text = '';
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        if (text.includes(`event: ${type}\n`)) return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

async function ended(id: string, of = service, by = headers): Promise<Run> {
  await hears('run.finished', id, of, by);
  return get(id, of, by);
}

test('value, lines and artifacts of a run come from a worker', async () => {
  const code = `console.log('on'); await artifacts.write('a.txt', 'one');
    await artifacts.write('a.txt', 'other'); console.error('off'); return { params }`;
  const run = await service.run({ code, params: { a: 1 } }, headers);
  assert.deepEqual(
    [run.status, run.value, run.attempt, run.logs.map(({ text }) => text)],
    ['succeeded', { params: { a: 1 } }, 1, ['on', 'off']],
  );
  const [artifact, ...others] = run.artifacts;
  assert.deepEqual(others, []);
  assert.equal((await service.call('GET', artifact?.url ?? '', { headers })).text, 'other');
  const failed = await service.run({ code: 'throw new RangeError("no")' }, headers);
  assert.deepEqual([failed.status, failed.error?.name], ['failed', 'RangeError']);
});

test('what a request may name is known without a launcher, and the worker gives it', async () => {
  const asked = { modules: ['path'], runtime: '2026.11', isolation: 'bubblewrap' };
  const run = await service.run(
    { code: "return require('path').join('a', 'b')", ...asked },
    headers,
  );
  assert.deepEqual([run.value, run.isolation?.driver], ['a/b', 'bubblewrap'], run.error?.message);
  for (const [field, value, says] of [
    ['modules', ['axios'], /Module \\"axios\\" is not allowed. Allowed: path, zod/],
    ['runtime', '2020.01', /Its runtime is \\"2026\.11\\"/],
    ['isolation', 'docker', /It offers auto, bubblewrap, oci\./],
  ] as const) {
    const body = { code: 'return 1', [field]: value };
    const { status, text } = await service.call('POST', '/v1/runs', { body, headers });
    assert.equal(status, 422, text);
    assert.match(text, says);
  }
});

test('the overview shows a worker with what it has and does', async () => {
  const by = { authorization: `Bearer ${makeKey(service, {}, 'admin')}` };
  const seen = async () => {
    const { text, status } = await service.call('GET', '/v1/admin/overview', { headers: by });
    assert.equal(status, 200, text);
    return (JSON.parse(text) as Overview).workers;
  };
  const id = await submit({ code: "console.log('on'); while (true) {}" });
  await hears('log', id);
  const [shown, ...others] = await seen();
  assert.deepEqual(others, []);
  assert.match(shown?.id ?? '', /^worker_key_/);
  assert.deepEqual([shown?.policies, shown?.running], [['default'], 1]);
  await service.call('DELETE', `/v1/runs/${id}`, { headers });
  await ended(id);
});

test('a cancel reaches a worker, and what the run said stays', async () => {
  const id = await submit({ code: "console.log('on'); while (true) {}" });
  await hears('log', id);
  await service.call('DELETE', `/v1/runs/${id}`, { headers });
  const run = await ended(id);
  assert.deepEqual([run.status, run.logs.map(({ text }) => text)], ['cancelled', ['on']]);
});

test('a worker goes on with its run while the service is killed and started again', async () => {
  const code = `console.log('on'); await new Promise((done) => setTimeout(done, 1_000));
    console.log('off'); return 7`;
  const id = await submit({ code });
  await hears('log', id);
  await service.stop('SIGKILL');
  await service.start();
  const run = await ended(id);
  assert.deepEqual(
    [run.status, run.value, run.attempt, run.logs.map(({ text }) => text)],
    ['succeeded', 7, 1, ['on', 'off']],
  );
});

test('a worker that is told to stop ends its runs first', async () => {
  const code = `console.log('on'); await new Promise((done) => setTimeout(done, 300)); return 8`;
  const id = await submit({ code });
  await hears('log', id);
  assert.equal(await worker.stop('SIGTERM'), 0);
  const run = await get(id);
  assert.deepEqual([run.status, run.value], ['succeeded', 8]);
});

test('a worker whose key is no key says so and ends', () => {
  const env = { ...process.env, CASTELLAN_KEY: `ck_${'a'.repeat(43)}` };
  const args = ['worker', '--url', service.url];
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env,
  });
  assert.deepEqual([status, /castellan keys create --scope work/.test(stderr)], [2, true], stderr);
});

test('the run of a worker that is killed ends once nobody has heard of it for a lease', async () => {
  const [own, its, by] = await start({ ...config, queue: { leaseMs: 1_000 } });
  await using stack = new AsyncDisposableStack();
  stack.use(own);
  stack.use(its);
  const id = await submit({ code: "console.log('on'); while (true) {}" }, own, by);
  await hears('log', id, own, by);
  await its.stop('SIGKILL');
  const run = await ended(id, own, by);
  assert.deepEqual([run.status, run.reason, run.logs.length], ['error', 'worker_lost', 1]);
});
