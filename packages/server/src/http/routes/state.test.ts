import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Offer } from '../../policies/offer.ts';
import { until } from '../../../../../test/shared/until.support.ts';
import { startService } from '../service.support.ts';
import { testOffer, testPolicy } from '../test-policy.support.ts';
import { testLauncher } from '../test-launcher.support.ts';
import { healthSchema, policiesSchema, runtimesSchema, statusSchema } from '../schemas/answers.ts';
import { networkLogSchema } from '../schemas/run.ts';

for (const [reason, status] of [
  ['draining', 503],
  ['storage_full', 503],
  ['queue_full', 200],
] as const) {
  test(`readyz answers ${status} when the service is ${reason}, and healthz 200`, async () => {
    await using service = await startService();
    service.instead.reason = reason;
    const answer = await service.inject({ url: '/readyz' });
    assert.equal(answer.status, status);
    assert.equal(healthSchema.parse(answer.body).reason, status === 200 ? null : reason);
    assert.equal((await service.inject({ url: '/healthz' })).status, 200);
  });
}

test('answers to machines that ask every few seconds are logged on the level debug', async () => {
  await using service = await startService();
  for (const url of ['/healthz', '/readyz', '/v1/status', '/nowherez'])
    await service.inject({ url });
  const lines = await until('all four answers are logged', () => {
    const found = service.log
      .map((line) => JSON.parse(line) as { level: number; route?: string })
      .filter(({ route }) => route !== undefined);
    return found.length === 4 && found;
  });
  assert.deepEqual(
    lines.map(({ level, route }) => [level, route]),
    [
      [20, 'GET /healthz'],
      [20, 'GET /readyz'],
      [30, 'GET /v1/status'],
      [30, 'GET unknown'],
    ],
  );
});

test('readyz answers 503 while there is no launcher, and runs are taken all the same', async () => {
  let isUp = false;
  await using service = await startService(
    { launchers: () => [{ ...testLauncher, pid: isUp ? 1 : null }] },
    0,
  );
  const answer = await service.inject({ url: '/readyz' });
  assert.deepEqual([answer.status, answer.body['reason']], [503, 'no_launcher']);
  const run = await service.inject({ method: 'POST', url: '/v1/runs', payload: { code: '1' } });
  assert.equal(run.status, 202);
  assert.equal((await service.inject({ url: '/v1/status' })).body['reason'], 'no_launcher');
  isUp = true;
  assert.equal((await service.inject({ url: '/readyz' })).status, 200);
});

test('a service that drains takes no run and says so', async () => {
  await using service = await startService();
  await service.runs.drain(0);
  const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload: { code: '1' } });
  assert.equal(answer.status, 503);
  assert.equal(answer.body['code'], 'draining');
  assert.ok(Number(answer.headers['retry-after']) >= 1);
  assert.equal((await service.inject({ url: '/readyz' })).status, 503);
});

test('status tells the pressure', async () => {
  await using service = await startService({}, 0);
  await service.inject({ method: 'POST', url: '/v1/runs', payload: { code: '1' } });
  const status = statusSchema.parse((await service.inject({ url: '/v1/status' })).body);
  assert.equal(status.queued, 1);
  assert.equal(status.running, 0);
  assert.equal(status.reason, null);
});

test("policies shows those of the key, and nothing that is the operator's", async () => {
  const network = {
    allow: ['example.com'],
    allowPrivate: ['10.0.0.0/8'],
    secrets: { TOKEN: { value: 'canary-1', hosts: ['example.com'] } },
    resolver: ['10.9.9.9'],
    ca: 'canary-2',
  };
  const policies = new Map([
    ['default', { ...testPolicy, network, browser: { executablePath: '/canary-3' } }],
    ['other', { ...testPolicy, name: 'other' }],
  ]);
  await using service = await startService({ policies });
  const answer = await service.inject({ url: '/v1/policies', headers: service.bearer() });
  const { items } = policiesSchema.parse(answer.body);
  assert.deepEqual(
    items.map(({ name }) => name),
    ['default'],
  );
  assert.deepEqual(items[0]?.network, { allow: ['example.com'] });
  assert.deepEqual(items[0]?.modules, testOffer.modules);
  assert.deepEqual([items[0]?.browser, items[0]?.record], [true, testPolicy.record]);
  for (const secret of ['canary', '10.0.0.0', '10.9.9.9']) assert.ok(!answer.text.includes(secret));
});

test('runtimes lists each runtime of the policies of the key once, and built-ins by engine', async () => {
  const dayjs = { name: 'dayjs', version: '1.11.13', license: 'MIT' };
  const packages = [{ ...dayjs, types: null }];
  const policies = new Map(
    ['default', 'full', 'other'].map((name) => [name, { ...testPolicy, name }]),
  );
  const offers: Readonly<Record<string, Offer>> = {
    default: { ...testOffer, runtime: '2026.11', packages },
    full: { ...testOffer, engine: 'node', runtime: '2026.11', packages, builtins: ['fs', 'url'] },
    other: { ...testOffer, runtime: 'secret', packages },
  };
  await using service = await startService({
    policies,
    offerOf: (policy) => offers[policy] ?? testOffer,
  });
  const headers = service.bearer({ policies: ['default', 'full'] });
  const { body } = await service.inject({ url: '/v1/runtimes', headers });
  assert.deepEqual(runtimesSchema.parse(body), {
    items: [{ name: '2026.11', packages: [{ ...dayjs, types: false }] }],
    builtins: { isolate: ['url'], node: ['fs', 'url'] },
  });
});

test('metrics count answers, problems, runs and refusals', async () => {
  await using service = await startService();
  const { body } = await service.inject({
    method: 'POST',
    url: '/v1/runs',
    payload: { code: '1' },
  });
  const id = String(body['id']);
  await service.launcher.started(id);
  service.launcher.finish(id, { status: 'failed', reason: 'no_entry' });
  await service.runs.ended(null, id, AbortSignal.timeout(5_000));
  await service.inject({ url: '/v1/runs/nothing' });
  const { text, headers } = await service.inject({ url: '/metrics' });
  assert.match(headers['content-type'] ?? '', /^text\/plain/);
  for (const line of [
    'castellan_runs_submitted_total 1',
    'castellan_runs_ended_total{status="failed",reason="no_entry"} 1',
    'castellan_http_problems_total{code="not_found"} 1',
    'castellan_http_request_duration_seconds_count{route="POST /v1/runs",status="202"} 1',
    'castellan_runs_running 0',
  ]) {
    assert.ok(text.includes(line), line);
  }
  assert.ok(!text.includes(id), 'no id is a label');
});

test('the network log of a run lists what it tried', async () => {
  await using service = await startService();
  const { body } = await service.inject({
    method: 'POST',
    url: '/v1/runs',
    payload: { code: '1' },
  });
  const id = String(body['id']);
  await service.launcher.started(id);
  const request = {
    seq: 1,
    time: new Date().toISOString(),
    method: 'GET',
    url: 'http://10.0.0.1/',
    host: '10.0.0.1',
    address: null,
    status: null,
    durationMs: 1,
    requestBytes: 0,
    responseBytes: 0,
    outcome: 'denied',
    code: 'not_allowed',
    reason: 'not public',
  } as const;
  service.launcher.say(id, { type: 'network', request });
  service.launcher.finish(id);
  await service.runs.ended(null, id, AbortSignal.timeout(5_000));
  const answer = await service.inject({ url: `/v1/runs/${id}/network` });
  assert.deepEqual(networkLogSchema.parse(answer.body).items, [request]);
});
