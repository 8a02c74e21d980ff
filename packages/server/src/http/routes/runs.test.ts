import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { RefusedError } from '../../runs/contract/runs.ts';
import { startService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';
import { problemSchema } from '../schemas/answers.ts';
import { runPageSchema, runSchema } from '../schemas/run.ts';
import { until } from '../../../../../test/shared/until.support.ts';

const submit = { method: 'POST', url: '/v1/runs', payload: { code: '1 + 1' } } as const;

test('POST /v1/runs answers 202 with the run and where it is', async () => {
  await using service = await startService();
  const answer = await service.inject(submit);
  assert.equal(answer.status, 202);
  const run = runSchema.parse(answer.body);
  assert.equal(run.status, 'queued');
  assert.equal(answer.headers['location'], `/v1/runs/${run.id}`);
  const got = await service.inject({ url: answer.headers['location'] });
  assert.equal(got.status, 200);
  assert.equal(runSchema.parse(got.body).id, run.id);
});

test('a run that has no box yet says so, and what its policy has', async () => {
  const policies = new Map([['default', { ...testPolicy, reuse: 'tenant' as const }]]);
  await using service = await startService({ policies });
  const { body } = await service.inject(submit);
  const noBox = { driver: null, engine: 'isolate', reuse: 'tenant', layers: [] };
  assert.deepEqual(body['isolation'], noBox);
  const id = String(body['id']);
  await service.launcher.started(id);
  service.launcher.finish(id);
  await service.runs.ended(null, id, new AbortController().signal);
  const ended = runSchema.parse((await service.inject({ url: `/v1/runs/${id}` })).body);
  assert.equal(ended.isolation.driver, 'bubblewrap');
  const events = await service.inject({ url: `/v1/runs/${id}/events` });
  const [, first = '{}'] = /^event: run.queued\ndata: (.*)$/m.exec(events.text) ?? [];
  const { isolation } = JSON.parse(first) as { isolation: typeof noBox };
  assert.deepEqual([isolation.driver, isolation.layers], [null, []]);
});

test('POST /v1/runs hands on what was asked, with the defaults of the policy', async () => {
  await using service = await startService();
  await service.inject({
    ...submit,
    payload: {
      files: { 'main.ts': 'export default 1', 'lib/a.ts': '' },
      entry: 'main.ts',
      params: { a: [1, null] },
      env: { TOKEN: 't' },
      labels: { team: 'a' },
      limits: { wallMs: 20_000 },
      tenant: 'shop',
      queue: { ttlMs: 5_000, priority: -3 },
      retry: { maxAttempts: 2 },
    },
  });
  const [submission] = service.submissions;
  assert.deepEqual(submission, {
    source: { files: { 'main.ts': 'export default 1', 'lib/a.ts': '' }, entry: 'main.ts' },
    input: {
      params: '{"a":[1,null]}',
      stdin: '',
      timezone: null,
      env: { TOKEN: 't' },
      modules: null,
      network: null,
      browser: null,
      record: null,
      isolation: null,
      labels: { team: 'a' },
    },
    limits: { ...testPolicy.limits, wallMs: 20_000 },
    tenant: 'shop',
    policy: 'default',
    runtime: null,
    engine: 'isolate',
    reuse: 'never',
    ttlMs: 5_000,
    priority: -3,
    maxAttempts: 2,
    caps: testPolicy.queue,
    idempotency: null,
    placement: {},
  });
});

test('POST /v1/runs with Prefer: wait answers 200 when the run has ended in time', async () => {
  await using service = await startService();
  const answering = service.inject({ ...submit, headers: { prefer: 'wait=30' } });
  await until('the run is submitted', () => service.submissions.length > 0);
  const [{ id } = { id: '' }] = (await service.runs.list({ tenant: null, limit: 1 })).items;
  await service.launcher.started(id);
  service.launcher.finish(id, { value: 2 });
  const answer = await answering;
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['preference-applied'], 'wait=30');
  assert.equal(answer.body['value'], 2);
});

test('POST /v1/runs with Prefer: wait answers 202 when the run has not ended', async () => {
  await using service = await startService();
  for (const prefer of ['wait=0', 'respond-async, wait=0']) {
    const answer = await service.inject({ ...submit, headers: { prefer } });
    assert.equal(answer.status, 202);
    assert.equal(answer.body['status'], 'queued');
  }
});

test('closing the app ends an answer that waits, with the run as it stands', async () => {
  await using service = await startService();
  const answering = service.inject({ ...submit, headers: { prefer: 'wait=60' } });
  await until('the run is submitted', () => service.submissions.length > 0);
  await service.app.close();
  assert.equal((await answering).status, 202);
});

test('a client that hangs up while it waits cancels nothing and leaves no request in flight', async () => {
  await using service = await startService();
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const hangUp = new AbortController();
  const answering = fetch(`${url}/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60', 'idempotency-key': 'a' },
    body: JSON.stringify({ code: '1' }),
    signal: hangUp.signal,
  }).catch(() => 'hung up');
  const [request] = (await once(service.app.server, 'request')) as [
    import('node:http').IncomingMessage,
  ];
  await until('the run is submitted', () => service.submissions.length > 0);
  hangUp.abort();
  assert.equal(await answering, 'hung up');
  if (!request.socket.destroyed) await once(request.socket, 'close');
  assert.equal((await service.runs.list({ tenant: null, limit: 1 })).items[0]?.finishedAt, null);
  const again = await service.inject({
    ...submit,
    payload: { code: '1' },
    headers: { 'idempotency-key': 'a' },
  });
  assert.equal(again.status, 202);
  assert.equal(again.headers['idempotency-replayed'], 'true');
});

test('Idempotency-Key: a repeat gives the same run, another request 422, one in between 409', async () => {
  await using service = await startService();
  const headers = { 'idempotency-key': 'order-1', prefer: 'wait=60' };
  const first = service.inject({ ...submit, headers });
  await until('the run is submitted', () => service.submissions.length > 0);
  const between = await service.inject({ ...submit, headers });
  assert.equal(between.status, 409);
  assert.equal(between.body['code'], 'idempotency_in_flight');
  const [{ id } = { id: '' }] = (await service.runs.list({ tenant: null, limit: 1 })).items;
  await service.launcher.started(id);
  service.launcher.finish(id);
  assert.equal((await first).body['id'], id);
  const repeat = await service.inject({ ...submit, headers });
  assert.equal(repeat.status, 200);
  assert.equal(repeat.body['id'], id);
  assert.equal(repeat.headers['idempotency-replayed'], 'true');
  const other = await service.inject({ ...submit, headers, payload: { code: '2' } });
  assert.equal(other.status, 422);
  assert.equal(other.body['code'], 'idempotency_mismatch');
  assert.equal(service.submissions.length, 1);
});

test('Idempotency-Key: the same fields in another order are the same request', async () => {
  await using service = await startService();
  const headers = { 'idempotency-key': 'a', 'content-type': 'application/json' };
  const send = (payload: string) => service.inject({ ...submit, headers, payload });
  const first = await send('{"code":"1","params":{"a":1,"b":2}}');
  const second = await send('{ "params": { "b": 2, "a": 1 }, "code": "1" }');
  assert.equal(second.body['id'], first.body['id']);
});

for (const key of ['', 'a b', 'ä', 'x'.repeat(256)]) {
  test(`Idempotency-Key ${JSON.stringify(key.slice(0, 10))} is refused`, async () => {
    await using service = await startService();
    const answer = await service.inject({ ...submit, headers: { 'idempotency-key': key } });
    assert.equal(answer.status, 400);
  });
}

test('GET /v1/runs pages through all runs once, newest first', async () => {
  await using service = await startService();
  const made: string[] = [];
  for (let at = 0; at < 7; at++) made.unshift((await service.inject(submit)).body['id'] ?? '');
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const url: string = `/v1/runs?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = runPageSchema.parse((await service.inject({ url })).body);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(seen, made);
});

test('GET /v1/runs finds by status and label', async () => {
  await using service = await startService({}, 0);
  const labelled = await service.inject({ ...submit, payload: { code: '1', labels: { a: 'x' } } });
  await service.inject(submit);
  const idsOf = async (query: string): Promise<string[]> => {
    const { items } = runPageSchema.parse(
      (await service.inject({ url: `/v1/runs?${query}` })).body,
    );
    return items.map(({ id }) => id);
  };
  assert.deepEqual(await idsOf('label=a%3Dx'), [labelled.body['id']]);
  assert.deepEqual(await idsOf('label=a'), [labelled.body['id']]);
  assert.deepEqual(await idsOf('label=a%3Dy'), []);
  assert.deepEqual(await idsOf('status=failed'), []);
  assert.equal((await idsOf('status=queued')).length, 2);
});

for (const query of [
  'limit=0',
  'limit=201',
  'limit=x',
  'cursor=run_1',
  'status=done',
  'page=2',
  'limit=1&limit=2',
]) {
  test(`GET /v1/runs?${query} is refused`, async () => {
    await using service = await startService();
    const answer = await service.inject({ url: `/v1/runs?${query}` });
    assert.equal(answer.status, 422);
    problemSchema.parse(answer.body);
  });
}

test('DELETE cancels a run once; then it has ended', async () => {
  await using service = await startService();
  const { body } = await service.inject(submit);
  const request = { method: 'DELETE', url: `/v1/runs/${String(body['id'])}` } as const;
  const first = await service.inject(request);
  assert.equal(first.status, 202);
  const { id } = runSchema.parse(first.body);
  const ended = await service.runs.ended(null, id, AbortSignal.timeout(5_000));
  assert.equal(ended?.status, 'cancelled');
  const second = await service.inject(request);
  assert.equal(second.status, 409);
  assert.equal(second.body['code'], 'run_ended');
});

for (const [refusal, status] of [
  ['queue_full', 503],
  ['tenant_quota', 429],
  ['draining', 503],
  ['storage_full', 503],
] as const) {
  test(`a submission that is refused for ${refusal} answers ${status} and when to come again`, async () => {
    await using service = await startService();
    service.instead.refuse = new RefusedError(refusal, 'Not now.', 2_500);
    const answer = await service.inject(submit);
    assert.equal(answer.status, status);
    assert.equal(answer.headers['retry-after'], '3');
    assert.equal(problemSchema.parse(answer.body).code, refusal);
  });
}
