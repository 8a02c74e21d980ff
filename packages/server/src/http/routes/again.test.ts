import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService, type TestService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';

const policies = new Map(['default', 'other'].map((name) => [name, { ...testPolicy, name }]));
const payload = {
  files: { 'main.js': 'export default 1', 'b.bin': { base64: 'AAE=' } },
  entry: 'main.js',
  params: { n: 12345678901234567890n.toString() },
  env: { A: 'b' },
  labels: { order: '1' },
  limits: { wallMs: 1_234 },
  timezone: 'Europe/Vienna',
};

async function ended(service: TestService, headers: Record<string, string>): Promise<string> {
  const sent = { method: 'POST', url: '/v1/runs', headers, payload } as const;
  const id = String((await service.inject(sent)).body['id']);
  await service.launcher.started(id);
  service.launcher.finish(id, { value: 1 });
  await service.runs.ended(null, id, AbortSignal.timeout(5_000));
  return id;
}

const again = (service: TestService, id: string, headers: Record<string, string>) =>
  service.inject({ method: 'POST', url: `/v1/runs/${id}/again`, headers });

test('the same run is submitted once more, also after its end, and once for each idempotency key', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer();
  const id = await ended(service, headers);
  const answer = await again(service, id, { ...headers, 'idempotency-key': 'k' });
  assert.equal(answer.status, 202, answer.text);
  const next = String(answer.body['id']);
  assert.notEqual(next, id);
  assert.equal(answer.headers['location'], `/v1/runs/${next}`);
  const [first, second] = service.submissions;
  const { idempotency: _key, ...asked } = second ?? assert.fail('nothing was submitted');
  const { idempotency: _none, ...before } = first ?? assert.fail('nothing was submitted');
  assert.deepEqual(asked, before);
  const replay = await again(service, id, { ...headers, 'idempotency-key': 'k' });
  assert.deepEqual([replay.body['id'], replay.headers['idempotency-replayed']], [next, 'true']);
  assert.equal(service.submissions.length, 2);
});

test('it is a new request: of whoever asks, under the policy as it is now', async () => {
  await using service = await startService({ policies });
  const id = await ended(service, service.bearer());
  const status = async (grant: object) => (await again(service, id, service.bearer(grant))).status;
  assert.equal(await status({ tenant: 'rival' }), 404);
  assert.equal(await status({ scopes: ['runs:read', 'admin'] }), 403);
  assert.equal(await status({ policies: ['other'] }), 403);
  assert.equal(service.submissions.length, 1);
  const operator = service.bearer({ tenant: 'ops', mayNameTenant: true });
  assert.equal((await again(service, id, operator)).body['tenant'], 'acme');
});

test('what is not kept any more is not run again', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer();
  const id = await ended(service, headers);
  const asked = service.runs.asked.bind(service.runs);
  Object.assign(service.runs, {
    asked: async (...given: Parameters<typeof asked>) => {
      const found = await asked(...given);
      return found && { ...found, spec: null };
    },
  });
  const { status, body } = await again(service, id, headers);
  assert.deepEqual([status, body['code']], [404, 'not_found']);
  assert.match(String(body['detail']), /not kept any more/);
});
