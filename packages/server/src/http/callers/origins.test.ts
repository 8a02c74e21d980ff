import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startService } from '../service.support.ts';

const shop = 'https://shop.example';
const stranger = 'https://stranger.example';
const url = '/v1/runs';

const preflight = (origin: string, headers = 'authorization,content-type') =>
  ({
    method: 'OPTIONS',
    url,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': headers,
    },
  }) as const;

function corsOf({ headers }: Answer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-')),
  );
}

test('without origins in the config no page of another site is let in, and no preflight answered', async () => {
  await using service = await startService();
  const authorization = service.bearer();
  const asked = await service.inject(preflight(shop));
  assert.equal(asked.status, 401);
  assert.deepEqual(corsOf(asked), {});
  const got = await service.inject({ url, headers: { ...authorization, origin: shop } });
  assert.equal(got.status, 200);
  assert.deepEqual(corsOf(got), {});
  assert.equal(got.headers['vary'], undefined);
});

test('a page of a named origin may send a key, and read answers and problems, without cookies', async () => {
  await using service = await startService({ cors: { origins: [shop] } });
  const authorization = service.bearer();
  const asked = await service.inject(preflight(shop));
  assert.equal(asked.status, 204);
  assert.equal(asked.text, '');
  assert.deepEqual(corsOf(asked), {
    'access-control-allow-origin': shop,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers':
      'authorization, content-type, idempotency-key, last-event-id, prefer',
    'access-control-max-age': '600',
  });
  const got = await service.inject({ url, headers: { ...authorization, origin: shop } });
  assert.equal(got.status, 200);
  assert.equal(got.headers['access-control-allow-origin'], shop);
  assert.match(got.headers['access-control-expose-headers'] ?? '', /location.*retry-after/);
  assert.equal(got.headers['access-control-allow-credentials'], undefined);
  const refused = await service.inject({ url, headers: { origin: shop } });
  assert.equal(refused.status, 401);
  assert.equal(refused.headers['access-control-allow-origin'], shop);
});

test('every answer says that it depends on the origin, also to whoever names none', async () => {
  await using service = await startService({ cors: { origins: [shop] } });
  for (const headers of [{}, { origin: shop }, { origin: stranger }]) {
    assert.equal((await service.inject({ url: '/healthz', headers })).headers['vary'], 'Origin');
  }
});

for (const origin of [
  stranger,
  'null',
  'http://shop.example',
  'https://shop.example:444',
  'https://shop.example.stranger.example',
  'https://sub.shop.example',
  'https://SHOP.example',
  `${shop}/`,
  `${shop}, ${stranger}`,
  '',
  '*',
]) {
  test(`the origin ${JSON.stringify(origin)} is not ${shop}`, async () => {
    await using service = await startService({ cors: { origins: [shop] } });
    const authorization = service.bearer();
    const got = await service.inject({ url, headers: { ...authorization, origin } });
    assert.deepEqual(corsOf(got), {});
    const asked = await service.inject(preflight(origin));
    assert.deepEqual(corsOf(asked), {});
    assert.notEqual(asked.status, 204);
  });
}

test('"*" lets any page ask, and none with a key unless its origin is named', async () => {
  await using service = await startService({
    cors: { origins: ['*', shop] },
    anonymousPolicy: 'default',
  });
  const authorization = service.bearer();
  const asked = await service.inject(preflight(stranger));
  assert.equal(asked.status, 204);
  assert.equal(asked.headers['access-control-allow-origin'], '*');
  assert.doesNotMatch(asked.headers['access-control-allow-headers'] ?? '', /authorization/);
  const free = await service.inject({ url: '/v1/policies', headers: { origin: stranger } });
  assert.equal(free.headers['access-control-allow-origin'], '*');
  const keyed = { ...authorization, origin: stranger };
  assert.deepEqual(corsOf(await service.inject({ url, headers: keyed })), {});
  const named = { ...authorization, origin: shop };
  const got = await service.inject({ url, headers: named });
  assert.equal(got.headers['access-control-allow-origin'], shop);
});

test('without a key a page of a named origin is refused all the same, and may read why', async () => {
  await using service = await startService({ cors: { origins: [shop] } });
  const got = await service.inject({ url, headers: { origin: shop } });
  assert.deepEqual([got.status, got.body['code']], [403, 'foreign_origin']);
  assert.equal(got.headers['access-control-allow-origin'], shop);
});

test('a preflight for what is not there is answered like any other request', async () => {
  await using service = await startService({ cors: { origins: [shop] } });
  service.bearer();
  for (const path of ['/nowhere', '/v1/runs/a/b/c', '/v1/runs/']) {
    const { status } = await service.inject({ ...preflight(shop), url: path });
    assert.equal(status, 401, path);
  }
});

for (const [origin, says] of [
  ['https://shop.example/', /Write "https:\/\/shop\.example"/],
  ['https://shop.example:443', /Write "https:\/\/shop\.example"/],
  ['https://Shop.example', /Write "https:\/\/shop\.example"/],
  ['shop.example', /is no origin as browsers send it/],
  ['*.shop.example', /is no origin/],
  ['https://*.shop.example', /is no origin/],
  ['null', /is no origin/],
  ['file:///etc', /is no origin/],
] as const) {
  test(`the config may not name the origin ${origin}, which would never match`, async () => {
    await assert.rejects(startService({ cors: { origins: [origin] } }), says);
  });
}
