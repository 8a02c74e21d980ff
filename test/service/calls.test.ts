// Calls of functions that are not written down before they end: what they leave, and what becomes of them when
// something breaks.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CallAnswer, createClient } from '@castellan/sdk';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

/** A helper says on the disk that a script has begun: nothing else of such a call can be seen from outside. */
const config = `
import { writeFileSync } from 'node:fs';
const helpers = { begun: async (file) => writeFileSync(file, '') };
export default {
  policies: {
    default: { calls: { record: 'none' }, helpers, warm: 1 },
    narrow: { calls: { record: 'none', waitMs: 0 }, queue: { running: 1 }, helpers, warm: 0 },
    strict: { warm: 0 },
    contexts: { calls: { record: 'none' }, reuse: 'context', warm: 1 },
  },
};`;

let service: Service;
before(async () => void (service = await startService({ config })));
after(() => service[Symbol.asyncDispose]());

type Answered = CallAnswer;

const deploy = async (name: string, definition: object): Promise<void> => {
  const { status, text } = await service.call('PUT', `/v1/functions/${name}`, { body: definition });
  assert.equal(status, 201, text);
};
const invoke = (name: string, body: object = {}) =>
  service.call('POST', `/v1/functions/${name}/invoke`, { body });
const json = <Shape>({ text }: { readonly text: string }): Shape => JSON.parse(text) as Shape;
const statusOfRun = async (id: string): Promise<number> =>
  (await service.call('GET', `/v1/runs/${id}`)).status;
const metric = async (line: string): Promise<number> => {
  const { text } = await service.call('GET', '/metrics');
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1) ?? 0);
};
const place = (name: string): string => join(service.data, name);
/** Says that it has begun, and never ends. */
const endless = { code: 'await begun(params.file); await new Promise((r) => setTimeout(r, 1e8))' };

test('a call that is not recorded has everything in its answer, and leaves nothing', async () => {
  await deploy('hello', {
    code: `console.log('hello', params.name);
      await artifacts.write('a.txt', 'first'); await artifacts.write('a.txt', 'last');
      return { n: params.n + 1 };`,
  });
  const answer = await invoke('hello', { params: { name: 'Ada', n: 1 }, labels: { a: 'b' } });
  assert.equal(answer.status, 200, answer.text);
  const run = json<Answered>(answer);
  assert.deepEqual(
    [run.status, run.value, run.recorded, run.logs.map(({ text }) => text)],
    ['succeeded', { n: 2 }, false, ['hello Ada']],
  );
  assert.deepEqual(
    run.artifacts.map(({ name, data = '' }) => [name, Buffer.from(data, 'base64').toString()]),
    [['a.txt', 'last']],
  );
  assert.deepEqual(run.labels, {
    a: 'b',
    'castellan/function': 'hello',
    'castellan/version': '1',
  });
  const { functions } = createClient({ url: service.url });
  const told = await functions.call('hello', { name: 'Eve', n: 2 });
  assert.deepEqual(
    [told.value, told.recorded, told.artifacts[0]?.data],
    [{ n: 3 }, false, Buffer.from('last').toString('base64')],
  );
  assert.equal(answer.headers['location'], undefined);
  assert.equal(await statusOfRun(run.id), 404);
  assert.equal(await metric('castellan_runs_submitted_total'), 0);
  assert.deepEqual(json<{ items: Run[] }>(await service.call('GET', '/v1/runs')).items, []);
  assert.deepEqual(readdirSync(join(service.data, 'artifacts')), []);
  assert.equal(
    await metric('castellan_calls_ended_total{status="succeeded",reason=""}'),
    2,
    'counted',
  );
  const sampled = () => service.log.filter((line) => line.includes('"call ended"'));
  await until('the first call is in the log', () => sampled().length === 1);
  assert.match(sampled()[0] ?? '', /"function":"hello"/);
  assert.doesNotMatch(sampled()[0] ?? '', /Ada/);
});

test('artifacts of a call that is not recorded are bounded, as they are in its answer', async () => {
  await deploy('large', { code: "await artifacts.write('a', new Uint8Array(2 ** 20 + 1))" });
  const { reason, limits, artifacts } = json<Answered>(await invoke('large'));
  assert.deepEqual([reason, limits.artifactBytes], ['artifact_limit', 2 ** 20]);
  assert.deepEqual(artifacts, []);
});

test('of calls that record failures, those that fail can be found again', async () => {
  await deploy('half', {
    code: "console.log('asked', params.n); if (params.n > 1) throw new Error('too many'); return 1;",
    calls: { record: 'failures' },
  });
  const good = json<Answered>(await invoke('half', { params: { n: 1 } }));
  assert.deepEqual([good.status, good.recorded], ['succeeded', false]);
  assert.equal(await statusOfRun(good.id), 404);
  const answer = await invoke('half', { params: { n: 2 } });
  const bad = json<Answered>(answer);
  assert.deepEqual([answer.status, bad.status, bad.recorded], [200, 'failed', true]);
  assert.equal(answer.headers['location'], `/v1/runs/${bad.id}`);
  const found = json<Run>(await service.call('GET', `/v1/runs/${bad.id}`));
  assert.deepEqual(
    [found.status, found.error?.message, found.logs, found.startedAt, found.labels],
    ['failed', 'too many', bad.logs, bad.startedAt, bad.labels],
  );
  const list = await service.call('GET', '/v1/runs?label=castellan/function=half');
  assert.deepEqual(
    json<{ items: Run[] }>(list).items.map(({ id }) => id),
    [bad.id],
  );
  const events = await service.call('GET', `/v1/runs/${bad.id}/events`);
  assert.deepEqual(events.text.match(/(?<=^event: ).+$/gm), [
    'run.queued',
    'run.started',
    'log',
    'run.finished',
  ]);
  // A call may ask for more to be written down.
  const { status, text } = await invoke('half', { params: { n: 1 }, record: 'all' });
  assert.equal(status, 202, text);
});

test('calls of a version share an isolate where the policy says so, each in a world of its own, and say it', async () => {
  const code = `globalThis.calls = (globalThis.calls ?? 0) + 1;
    return [params.n, globalThis.calls, typeof leaked, globalThis.leaked = 1]`;
  await deploy('apart', { code, policy: 'contexts' });
  const call = async (body: object) => json<Answered>(await invoke('apart', body));
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await call({ params: { n } }));
  assert.deepEqual(
    answers.map(({ value, isolation }) => [value, isolation.reuse]),
    [0, 1, 2].map((n) => [[n, 1, 'undefined', 1], 'context']),
  );
  // A new version has its own, and a run has nothing of either.
  await deploy('apart', { code: `${code}; `, policy: 'contexts' });
  assert.deepEqual((await call({ params: { n: 3 } })).value, [3, 1, 'undefined', 1]);
  const run = await service.run({ code, params: { n: 4 }, policy: 'contexts' });
  assert.deepEqual([run.value, run.isolation.reuse], [[4, 1, 'undefined', 1], 'never']);
  // A recorded call shares it, too.
  const given = { body: { params: { n: 5 }, record: 'all' }, headers: { prefer: 'wait=60' } };
  const recorded = json<Run>(await service.call('POST', '/v1/functions/apart/invoke', given));
  assert.deepEqual([recorded.value, recorded.isolation.reuse], [[5, 1, 'undefined', 1], 'context']);
});

test('a launcher that dies under a call that is not recorded is a 502, which says that it had started', async () => {
  await deploy('endless', { ...endless, calls: { record: 'none' } });
  await deploy('endless-kept', { ...endless, calls: { record: 'failures' } });
  const calls = ['endless', 'endless-kept'].map((name) =>
    invoke(name, { params: { file: place(name) } }),
  );
  for (const name of ['endless', 'endless-kept']) {
    await until(`${name} has begun`, () => existsSync(place(name)));
  }
  process.kill(service.launcherPid ?? assert.fail('no launcher'), 'SIGKILL');
  const [lost, kept] = await Promise.all(calls);
  for (const { status, text } of [lost ?? assert.fail(), kept ?? assert.fail()]) {
    const { code, started, detail } = json<Record<string, string>>({ text });
    assert.deepEqual([status, code, started], [502, 'call_lost', true], text);
    assert.match(String(detail), /The script had started/);
  }
  const id = /It is recorded as (run_\w+)/.exec(kept?.text ?? '')?.[1] ?? '';
  const found = json<Run>(await service.call('GET', `/v1/runs/${id}`));
  assert.deepEqual([found.status, found.reason], ['error', 'worker_lost']);
  assert.notEqual(found.startedAt, null);
  // The next launcher takes the next call.
  assert.equal(json<Answered>(await invoke('hello', { params: { n: 1 } })).status, 'succeeded');
});

test('a call beyond the tenant’s share is refused with the time to wait, and one that nobody waits for ends', async () => {
  await deploy('narrow', { ...endless, policy: 'narrow' });
  const url = new URL('/v1/functions/narrow/invoke', service.url);
  const held = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  held.on('error', () => undefined);
  held.end(JSON.stringify({ params: { file: place('narrow') } }));
  await until('it has begun', () => existsSync(place('narrow')));
  const refused = await invoke('narrow', { params: { file: place('other') } });
  const { code, detail } = json<Record<string, string>>(refused);
  assert.deepEqual(
    [refused.status, code, refused.headers['retry-after']],
    [429, 'tenant_busy', '1'],
  );
  assert.match(detail ?? '', /^1 calls of the tenant were under way/);
  assert.equal(await metric('castellan_calls_running'), 1);
  held.destroy();
  await until('it was ended', async () => (await metric('castellan_calls_running')) === 0);
  const ended = 'castellan_calls_ended_total{status="cancelled",reason="cancelled"}';
  assert.equal(await metric(ended), 1);
  assert.equal(existsSync(place('other')), false);
});

test('less than the policy says is refused, and so is what only a recorded call has', async () => {
  await deploy('strict', { code: 'return 1', policy: 'strict' });
  for (const [name, body, headers, pointer, detail] of [
    [
      'strict',
      { record: 'none' },
      {},
      '/record',
      /"strict" wants "all" written down. Allowed: all\./,
    ],
    ['half', { record: 'none' }, {}, '/record', /the version wants "failures".* all, failures\./],
    ['hello', {}, { 'idempotency-key': 'k' }, 'idempotency-key', /call with record "all"/],
    [
      'hello',
      { retry: { maxAttempts: 2 } },
      {},
      '/retry',
      /retry is for calls that are written down/,
    ],
    ['hello', { queue: { priority: 2 } }, {}, '/queue', /queue is for calls/],
    ['hello', { record: 'some' }, {}, '/record', /record/],
  ] as const) {
    const given = { body, headers };
    const { status, text } = await service.call('POST', `/v1/functions/${name}/invoke`, given);
    const problem = json<{ detail: string; errors: { pointer: string }[] }>({ text });
    assert.deepEqual([status, problem.errors[0]?.pointer], [422, pointer], text);
    assert.match(problem.detail, detail);
  }
  const definition = { code: 'return 1', policy: 'strict', calls: { record: 'none' } };
  const put = await service.call('PUT', '/v1/functions/strict', { body: definition });
  assert.match(put.text, /"pointer":"\/calls\/record"/);
});
