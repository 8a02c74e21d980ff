import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService } from './service.support.ts';
import { testPolicy } from './test-policy.support.ts';
import { defaultRates } from './limits/options.ts';
import { until } from '../../../../test/shared/until.support.ts';

const submit = { method: 'POST', url: '/v1/runs', payload: { code: '1' } } as const;
const status = { url: '/v1/status' } as const;

test('without any key, this machine may do everything', async () => {
  await using service = await startService();
  for (const url of ['/v1/status', '/v1/policies', '/v1/runtimes', '/metrics', '/openapi.json']) {
    assert.equal((await service.inject({ url })).status, 200, url);
  }
});

for (const headers of [
  { host: 'evil.example' },
  { host: 'evil.example:7400' },
  { host: 'localhost.evil.example' },
  { host: '127.0.0.1.evil.example' },
  { host: '10.0.0.1:7400' },
  { origin: 'https://evil.example' },
  { origin: 'http://localhost:3000' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
]) {
  test(`without any key, a request with ${JSON.stringify(headers)} is refused`, async () => {
    await using service = await startService();
    const answer = await service.inject({ ...submit, headers });
    assert.equal(answer.status, 403);
    assert.equal(answer.body['code'], 'foreign_origin');
    assert.equal(service.submissions.length, 0);
  });
}

for (const headers of [
  { host: 'localhost' },
  { host: '127.0.0.1:7400' },
  { host: '[::1]:7400' },
  { host: 'app.localhost:7400' },
  { origin: 'http://localhost:7400' },
  { 'sec-fetch-site': 'same-origin' },
]) {
  test(`without any key, a request with ${JSON.stringify(headers)} is taken`, async () => {
    await using service = await startService();
    assert.equal((await service.inject({ ...submit, headers })).status, 202);
  });
}

test('without any key, another machine is refused whatever it says', async () => {
  await using service = await startService({ trustedProxies: ['10.0.0.0/8'] });
  for (const remoteAddress of ['192.0.2.7', '10.0.0.1', '2001:db8::1']) {
    const headers = { 'x-forwarded-for': '127.0.0.1' };
    assert.equal((await service.inject({ ...status, remoteAddress, headers })).status, 403);
  }
});

test('with the first key, everything but health needs one, also after it was revoked', async () => {
  await using service = await startService();
  const { key, id } = service.keys.create({
    name: 'a',
    tenant: 'acme',
    mayNameTenant: false,
    policies: ['default'],
    scopes: ['runs:read'],
    expiresAt: null,
  });
  for (const url of ['/v1/status', '/v1/runs', '/metrics', '/openapi.json', '/nowhere']) {
    const answer = await service.inject({ url });
    assert.equal(answer.status, 401, url);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  }
  for (const url of ['/healthz', '/readyz']) {
    assert.equal((await service.inject({ url })).status, 200, url);
  }
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await service.inject({ ...status, headers })).status, 200);
  service.keys.revoke(id);
  assert.equal((await service.inject({ ...status, headers })).status, 401);
  assert.equal((await service.inject(status)).status, 401);
});

test('a key may do what its scopes say', async () => {
  await using service = await startService();
  const reader = service.bearer({ scopes: ['runs:read'] });
  const writer = service.bearer({ scopes: ['runs:write'] });
  const statusOf = async (request: object, headers: object): Promise<number> =>
    (await service.inject({ ...request, headers: { ...headers } })).status;
  assert.equal(await statusOf(submit, reader), 403);
  assert.equal(await statusOf(submit, writer), 202);
  assert.equal(await statusOf({ url: '/v1/runs' }, reader), 200);
  assert.equal(await statusOf({ url: '/v1/runs' }, writer), 403);
  assert.equal(await statusOf({ url: '/metrics' }, reader), 403);
  assert.equal(await statusOf({ url: '/metrics' }, service.bearer({ scopes: ['admin'] })), 200);
});

test('the runs of a tenant are as unknown to another as runs that never were', async () => {
  await using service = await startService();
  const [ours, theirs] = [service.bearer({ tenant: 'a' }), service.bearer({ tenant: 'b' })];
  const { body } = await service.inject({ ...submit, headers: ours });
  const id = String(body['id']);
  const never = `run_${'0'.repeat(32)}`;
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/events'],
    ['GET', '/network'],
    ['GET', '/artifacts/a.txt'],
    ['DELETE', ''],
  ] as const) {
    const answer = await service.inject({ method, url: `/v1/runs/${id}${path}`, headers: theirs });
    const other = await service.inject({
      method,
      url: `/v1/runs/${never}${path}`,
      headers: theirs,
    });
    assert.equal(answer.status, 404, path);
    const blank = (text: string): string => text.replaceAll(/(?:run|req)_[\da-f]{32}/g, '');
    assert.equal(blank(answer.text), blank(other.text), 'not told apart');
  }
  assert.deepEqual((await service.inject({ url: '/v1/runs', headers: theirs })).body['items'], []);
  assert.equal((await service.runs.get(null, id))?.finishedAt, null);
});

test('a key that may name tenants reaches the runs of all of them', async () => {
  await using service = await startService();
  const headers = service.bearer({ tenant: 'platform', mayNameTenant: true });
  const { body } = await service.inject({
    ...submit,
    payload: { code: '1', tenant: 'shop' },
    headers,
  });
  assert.equal(body['tenant'], 'shop');
  assert.equal(
    (await service.inject({ url: `/v1/runs/${String(body['id'])}`, headers })).status,
    200,
  );
  const own = await service.inject({ url: '/v1/runs?tenant=platform', headers });
  assert.deepEqual(own.body['items'], []);
});

test('a key that may not name tenants gets a problem that says so', async () => {
  await using service = await startService();
  const headers = service.bearer({ tenant: 'a' });
  const posted = await service.inject({ ...submit, payload: { code: '1', tenant: 'b' }, headers });
  const listed = await service.inject({ url: '/v1/runs?tenant=b', headers });
  for (const answer of [posted, listed]) {
    assert.equal(answer.status, 403);
    assert.equal(answer.body['code'], 'tenant_denied');
  }
  assert.equal((await service.inject({ url: '/v1/runs?tenant=a', headers })).status, 200);
});

test('a policy that the key does not name is refused', async () => {
  const policies = new Map([
    ['default', testPolicy],
    ['wide', { ...testPolicy, name: 'wide' }],
  ]);
  await using service = await startService({ policies });
  const headers = service.bearer();
  const refused = await service.inject({
    ...submit,
    payload: { code: '1', policy: 'wide' },
    headers,
  });
  assert.equal(refused.status, 403);
  assert.equal(refused.body['code'], 'policy_denied');
  const both = service.bearer({ policies: ['default', 'wide'] });
  await service.inject({ ...submit, payload: { code: '1', policy: 'wide' }, headers: both });
  assert.equal(service.submissions[0]?.policy, 'wide');
});

test('anonymous callers have a policy and a tenant of their own, and no list', async () => {
  const policies = new Map([
    ['default', testPolicy],
    ['playground', { ...testPolicy, name: 'playground' }],
  ]);
  await using service = await startService({ policies, anonymousPolicy: 'playground' });
  service.bearer();
  const visitor = { remoteAddress: '192.0.2.7', headers: { host: 'play.example' } };
  const answer = await service.inject({ ...submit, ...visitor });
  assert.equal(answer.status, 202);
  assert.equal(answer.body['tenant'], 'anonymous');
  assert.equal(answer.body['policy'], 'playground');
  const url = `/v1/runs/${String(answer.body['id'])}`;
  assert.equal((await service.inject({ url, ...visitor })).status, 200);
  assert.equal((await service.inject({ url: '/v1/runs', ...visitor })).status, 403);
  assert.equal((await service.inject({ url: '/metrics', ...visitor })).status, 403);
  const wrong = { authorization: `Bearer ck_${'a'.repeat(43)}` };
  assert.equal((await service.inject({ ...submit, headers: wrong })).status, 401, 'no way down');
});

test('createApp refuses a policy for anybody whose boxes are used again', async () => {
  const policies = new Map([['default', { ...testPolicy, reuse: 'tenant' as const }]]);
  await assert.rejects(
    startService({ policies, anonymousPolicy: 'default' }),
    /reuse must be "never"/,
  );
  await assert.rejects(startService({ anonymousPolicy: 'gone' }), /"gone", which is no policy/);
});

test('limits are on every answer of a caller, refusals among them', async () => {
  await using service = await startService({
    policies: new Map([
      ['default', { ...testPolicy, rate: { perMinute: 3, perAddressPerMinute: 100, inFlight: 9 } }],
    ]),
  });
  const headers = service.bearer();
  const first = await service.inject({ ...status, headers });
  assert.match(first.headers['ratelimit-policy'] ?? '', /"key";q=3;w=60, "address";q=100;w=60/);
  assert.match(first.headers['ratelimit'] ?? '', /"key";r=2;t=60, "address";r=99;t=60/);
  assert.equal(
    (
      await service.inject({
        ...submit,
        payload: '{',
        headers: { ...headers, 'content-type': 'application/json' },
      })
    ).headers['ratelimit']?.slice(0, 9),
    '"key";r=1',
  );
  const missing = await service.inject({ url: '/nowhere', headers });
  assert.equal(missing.status, 404);
  assert.match(missing.headers['ratelimit'] ?? '', /"key";r=0/);
  const refused = await service.inject({ ...submit, headers });
  assert.equal(refused.status, 429);
  assert.equal(refused.body['code'], 'rate_limited');
  assert.match(refused.headers['retry-after'] ?? '', /^(?:59|60)$/);
  assert.equal(service.submissions.length, 0);
  assert.equal((await service.inject({ ...status, headers: service.bearer() })).status, 200);
});

test('rules count by tenant, address and path, and by their combinations', async () => {
  const rules = [
    { name: 'checks', by: ['tenant', 'path'] as const, perMinute: 1, paths: ['GET /v1/policies'] },
    { name: 'places', by: ['address', 'path'] as const, perMinute: 2 },
  ];
  await using service = await startService({ rates: { ...defaultRates, rules } });
  const [a, b] = [service.bearer({ tenant: 'a' }), service.bearer({ tenant: 'b' })];
  const ask = async (url: string, headers: object, remoteAddress: string): Promise<number> =>
    (await service.inject({ url, headers: { ...headers }, remoteAddress })).status;
  assert.equal(await ask('/v1/policies', a, '192.0.2.1'), 200);
  assert.equal(await ask('/v1/policies', a, '192.0.2.2'), 429);
  assert.equal(await ask('/v1/policies', b, '192.0.2.1'), 200);
  assert.equal(await ask('/v1/status', a, '192.0.2.3'), 200);
  assert.equal(await ask('/v1/status', b, '192.0.2.3'), 200);
  assert.equal(await ask('/v1/status', a, '192.0.2.3'), 429);
  assert.equal(await ask('/v1/runtimes', a, '192.0.2.3'), 200);
});

test('whoever goes on in spite of refusals is shut out, the next time for longer', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const rate = { perMinute: 1, perAddressPerMinute: 100, inFlight: 9 };
  const shutOut = { refusals: 2, withinMs: 600_000, firstMs: 100_000, mostMs: 150_000 };
  await using service = await startService({
    policies: new Map([['default', { ...testPolicy, rate }]]),
    rates: { ...defaultRates, shutOut },
  });
  const [loud, calm] = [service.bearer(), service.bearer()];
  const codes = async (times: number): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let at = 0; at < times; at++) {
      const { status: code, body } = await service.inject({ ...status, headers: loud });
      found.push(code === 200 ? 200 : [body['code'], body['retryAfterMs']]);
    }
    return found;
  };
  const limited = ['rate_limited', 60_000];
  assert.deepEqual(await codes(5), [200, limited, limited, limited, ['shut_out', 100_000]]);
  const { headers } = await service.inject({ ...status, headers: loud });
  assert.equal(headers['retry-after'], '100');
  assert.equal(headers['ratelimit-policy'], '"shut-out";q=2;w=600');
  assert.equal(headers['ratelimit'], '"shut-out";r=0;t=100');
  assert.equal((await service.inject({ ...status, headers: calm })).status, 200);
  t.mock.timers.tick(100_001);
  assert.deepEqual(await codes(5), [200, limited, limited, limited, ['shut_out', 150_000]]);
  t.mock.timers.tick(150_001);
  assert.deepEqual(await codes(1), [200]);
});

test('an address that tries wrong keys is refused, and a right key from there is not', async () => {
  await using service = await startService({ rates: { ...defaultRates, wrongKeysPerMinute: 2 } });
  const right = service.bearer();
  const wrong = { authorization: `Bearer ck_${'a'.repeat(43)}` };
  const ask = async (headers: object): Promise<number> =>
    (await service.inject({ ...status, headers: { ...headers } })).status;
  assert.deepEqual([await ask(wrong), await ask({}), await ask(wrong)], [401, 401, 429]);
  assert.equal(await ask(right), 200);
});

test('allow lists of keys and addresses are never refused', async () => {
  const rate = { perMinute: 1, perAddressPerMinute: 1, inFlight: 9 };
  const policies = new Map([['default', { ...testPolicy, rate }]]);
  const allow = { keys: [] as string[], addresses: ['192.0.2.0/24'] };
  await using service = await startService({ policies, rates: { ...defaultRates, allow } });
  const headers = service.bearer();
  const ask = async (remoteAddress: string): Promise<number> =>
    (await service.inject({ ...status, headers, remoteAddress })).status;
  assert.deepEqual([await ask('192.0.2.9'), await ask('192.0.2.9')], [200, 200]);
  assert.deepEqual([await ask('198.51.100.1'), await ask('198.51.100.1')], [200, 429]);
});

test('X-Forwarded-For is believed of trusted proxies only, from the right', async () => {
  const rate = { perMinute: 100, perAddressPerMinute: 1, inFlight: 9 };
  const policies = new Map([['default', { ...testPolicy, rate }]]);
  await using service = await startService({ policies, trustedProxies: ['10.0.0.0/8'] });
  const headers = service.bearer();
  const ask = async (remoteAddress: string, forwarded: string): Promise<number> =>
    (
      await service.inject({
        ...status,
        remoteAddress,
        headers: { ...headers, 'x-forwarded-for': forwarded },
      })
    ).status;
  assert.equal(await ask('10.0.0.1', '192.0.2.1'), 200);
  assert.equal(
    await ask('10.0.0.1', '1.1.1.1, 192.0.2.1'),
    429,
    'the same, whatever it wrote itself',
  );
  assert.equal(await ask('10.0.0.1', '192.0.2.2, 10.0.0.9'), 200);
  assert.equal(await ask('198.51.100.1', '192.0.2.3'), 200);
  assert.equal(await ask('198.51.100.1', '192.0.2.4'), 429, 'not a trusted proxy');
});

test('requests in flight are bounded for each caller, and given back', async () => {
  const rate = { perMinute: 100, perAddressPerMinute: 100, inFlight: 2 };
  await using service = await startService({
    policies: new Map([['default', { ...testPolicy, rate }]]),
  });
  const headers = service.bearer();
  const waiting = [0, 1].map(() =>
    service.inject({ ...submit, headers: { ...headers, prefer: 'wait=60' } }),
  );
  await until('both runs are submitted', () => service.submissions.length === 2);
  const refused = await service.inject({ ...status, headers });
  assert.equal(refused.status, 429);
  assert.equal(refused.body['code'], 'too_many_in_flight');
  assert.equal((await service.inject({ ...status, headers: service.bearer() })).status, 200);
  for (const { id } of (await service.runs.list({ tenant: null, limit: 2 })).items) {
    await service.launcher.started(id);
    service.launcher.finish(id);
  }
  await Promise.all(waiting);
  assert.equal((await service.inject({ ...status, headers })).status, 200);
});
