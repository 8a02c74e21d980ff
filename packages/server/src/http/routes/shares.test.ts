import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startService, type TestService } from '../service.support.ts';

const url = '/v1/shares';
const payload = {
  files: { 'a.ts': 'return params', 'b.bin': { base64: 'AAE=' } },
  entry: 'a.ts',
  params: { big: '</script><script>alert(1)</script>' },
  policy: 'gone',
  limits: { wallMs: 10 },
};
type Headers = ReturnType<TestService['bearer']>;

const store = (service: TestService, headers: Headers, body: object = payload) =>
  service.inject({ method: 'POST', url, headers, payload: body });

suite('shares', () => {
  test('a share is stored, opened as it was given, and removed, within its tenant', async () => {
    await using service = await startService();
    const [mine, reader, theirs, all] = [
      service.bearer(),
      service.bearer({ scopes: ['runs:read'] }),
      service.bearer({ tenant: 'other' }),
      service.bearer({ tenant: 'other', mayNameTenant: true }),
    ];
    const stored = await store(service, mine);
    assert.equal(stored.status, 201);
    const share = stored.body as unknown as { id: string };
    const place = `${url}/${share.id}`;
    assert.equal(stored.headers['location'], place);
    for (const headers of [mine, reader, all]) {
      const opened = await service.inject({ url: place, headers });
      assert.equal(opened.status, 200);
      assert.deepEqual(opened.body, { ...share, request: payload });
    }
    const foreign = await service.inject({ url: place, headers: theirs });
    const unknown = await service.inject({ url: `${url}/shr_${'a'.repeat(22)}`, headers: mine });
    assert.equal(foreign.status, 404);
    const plain = ({ text }: typeof foreign): string =>
      text.replaceAll(/shr_[\w-]{22}|req_\w+/g, '');
    assert.equal(plain(foreign), plain(unknown));
    const remove = (headers: Headers) => service.inject({ method: 'DELETE', url: place, headers });
    assert.equal((await remove(theirs)).status, 404);
    assert.equal((await remove(reader)).body['code'], 'scope_missing');
    assert.deepEqual((await remove(mine)).body, share);
    assert.equal((await service.inject({ url: place, headers: mine })).status, 404);
    assert.deepEqual(service.submissions, []);
  });

  test('no browser shows a share as a page, keeps it, or lets another site read it', async () => {
    await using service = await startService();
    const headers = service.bearer();
    const { id } = (await store(service, headers)).body as unknown as { id: string };
    const { headers: sent } = await service.inject({ url: `${url}/${id}`, headers });
    assert.equal(sent['content-type'], 'application/json; charset=utf-8');
    assert.equal(sent['x-content-type-options'], 'nosniff');
    assert.match(sent['content-security-policy'] ?? '', /^default-src 'none'/);
    assert.equal(sent['cache-control'], 'no-store');
    assert.equal(sent['access-control-allow-origin'], undefined);
  });

  test('env, labels and a tenant are refused by name, and nothing of them is stored', async () => {
    await using service = await startService();
    const headers = service.bearer({ mayNameTenant: true });
    for (const [field, value] of Object.entries({
      env: { TOKEN: 'secret' },
      labels: {},
      tenant: 'x',
    })) {
      const { status, body } = await store(service, headers, { ...payload, [field]: value });
      assert.equal(status, 422);
      assert.match(String(body['detail']), new RegExp(`^Unknown field "${field}"`));
    }
    assert.equal((await store(service, headers, { params: {} })).status, 422);
  });

  test('it takes a key that may submit; without keys, a program of the machine', async () => {
    await using service = await startService({ anonymousPolicy: 'default' });
    const local = await service.inject({ method: 'POST', url, payload });
    assert.equal(local.status, 201);
    const reader = service.bearer({ scopes: ['runs:read'] });
    assert.equal((await store(service, reader)).body['code'], 'scope_missing');
    const anonymous = await service.inject({ method: 'POST', url, payload });
    assert.equal(anonymous.status, 403);
    assert.match(String(anonymous.body['detail']), /without a key/);
  });

  test('a flood of one tenant is refused by count and by size, and costs another nothing', async () => {
    await using service = await startService();
    const [flood, other] = [service.bearer(), service.bearer({ tenant: 'other' })];
    const { id } = (await store(service, other)).body as unknown as { id: string };
    const large = await store(service, flood, { code: 'x'.repeat(70_000) });
    assert.equal(large.status, 413);
    const answers = [];
    for (let at = 0; at < 30; at++) answers.push(await store(service, flood, { code: `${at}` }));
    assert.equal(answers.filter(({ status }) => status === 201).length, 29);
    const last = answers.at(-1);
    assert.equal(last?.status, 429);
    assert.match(last.headers['ratelimit-policy'] ?? '', /"shares";q=30;w=60/);
    const [second, newest] = [answers[1], answers[28]].map((each) => each?.body['id'] ?? '');
    assert.equal((await service.inject({ url: `${url}/${second}`, headers: flood })).status, 404);
    assert.equal((await service.inject({ url: `${url}/${newest}`, headers: flood })).status, 200);
    assert.equal((await service.inject({ url: `${url}/${id}`, headers: other })).status, 200);
  });

  test('a service that stores none has no such routes', async () => {
    await using service = await startService({ shares: null });
    assert.equal((await store(service, service.bearer())).status, 404);
  });
});
