import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyGrant } from '../../keys/record.ts';
import { startService, type TestService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';
import { keysSchema, newKeySchema } from '../schemas/admin.ts';

const policies = new Map(['default', 'wide'].map((name) => [name, { ...testPolicy, name }]));

const operator: Partial<KeyGrant> = { mayNameTenant: true, policies: ['default', 'wide'] };

const create = (service: TestService, headers: Record<string, string>, payload: object) =>
  service.inject({ method: 'POST', url: '/v1/admin/keys', headers, payload });
const revoke = (service: TestService, headers: Record<string, string>, id: string) =>
  service.inject({ method: 'DELETE', url: `/v1/admin/keys/${id}`, headers });

test('a key is made, works, is listed without itself, and is revoked at once', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer(operator);
  const name = '<b>\u001b[31m\u202e\u0000 shop';
  const made = await create(service, headers, { name, tenant: 'shop', policies: ['wide'] });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.headers['cache-control'], 'no-store');
  const { id, key } = newKeySchema.parse(made.body);
  const bearer = { authorization: `Bearer ${key}` };
  assert.equal((await service.inject({ url: '/v1/runs', headers: bearer })).status, 200);
  assert.equal((await service.inject({ url: '/v1/admin/keys', headers: bearer })).status, 403);
  const listed = await service.inject({ url: '/v1/admin/keys', headers });
  const { items } = keysSchema.parse(listed.body);
  const { createdAt: _at, ...record } = items.at(-1) ?? assert.fail(listed.text);
  assert.deepEqual(record, {
    id,
    name,
    tenant: 'shop',
    mayNameTenant: false,
    policies: ['wide'],
    scopes: ['runs:write', 'runs:read'],
    expiresAt: null,
    revokedAt: null,
  });
  const gone = await revoke(service, headers, id);
  assert.equal(gone.status, 200);
  assert.notEqual(gone.body['revokedAt'], null);
  assert.equal((await service.inject({ url: '/v1/runs', headers: bearer })).status, 401);
  assert.equal((await revoke(service, headers, id)).status, 404);
  const said = [listed.text, gone.text, ...service.log].join('\n');
  assert.ok(!said.includes(key.slice(3)), 'the key is in the answer that made it and nowhere else');
});

const ended = '2999-01-01T00:00:00.000Z';
for (const [what, giver, grant] of [
  ['another tenant', {}, { tenant: 'other' }],
  ['the right to name tenants', {}, { mayNameTenant: true }],
  ['a scope that it has not', { scopes: ['admin'] }, { scopes: ['runs:read'] }],
  ['a policy that it has not', {}, { policies: ['wide'] }],
  ['a policy that is none', operator, { policies: ['nowhere'] }],
  ['a life longer than its own', { expiresAt: ended }, {}],
  ['a later end than its own', { expiresAt: ended }, { expiresAt: '2999-01-01T00:00:01Z' }],
] as const) {
  test(`a key does not give ${what}`, async () => {
    await using service = await startService({ policies });
    const headers = service.bearer(giver);
    const { status, body, text } = await create(service, headers, grant);
    assert.deepEqual([status, body['code']], [403, 'grant_denied'], text);
    assert.equal(service.keys.list().length, 1);
  });
}

test('a key gives what it has, until it ends itself', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer({ expiresAt: ended });
  const grant = { scopes: ['admin'], expiresAt: '2998-12-31T01:00:00+01:00' };
  const { status, text } = await create(service, headers, grant);
  assert.equal(status, 201, text);
  const made = service.keys.list().at(-1);
  assert.deepEqual(
    [made?.tenant, made?.scopes, made?.policies, made?.expiresAt],
    ['acme', ['admin'], ['default'], '2998-12-31T00:00:00.000Z'],
  );
});

test('a key sees and revokes those of its tenant, and none that may do more than itself', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer({ scopes: ['admin'] });
  const [own] = service.keys.list();
  service.bearer({ scopes: ['admin', 'runs:read'] });
  service.bearer({ tenant: 'other', scopes: ['admin'] });
  const [, stronger, foreign] = service.keys.list();
  const { items } = keysSchema.parse(
    (await service.inject({ url: '/v1/admin/keys', headers })).body,
  );
  assert.deepEqual(
    items.map(({ id }) => id),
    [own?.id, stronger?.id],
  );
  const denied = await revoke(service, headers, stronger?.id ?? '');
  assert.deepEqual([denied.status, denied.body['code']], [403, 'grant_denied']);
  const absent = await revoke(service, headers, 'key_none');
  const hidden = await revoke(service, headers, foreign?.id ?? '');
  assert.deepEqual([hidden.status, absent.status], [404, 404]);
  assert.ok(service.keys.list().every(({ revokedAt }) => revokedAt === null));
  assert.equal((await revoke(service, headers, own?.id ?? '')).status, 200);
  assert.equal((await service.inject({ url: '/v1/admin/keys', headers })).status, 401);
});

test('whoever needs no key makes none: the first one is made on the machine', async () => {
  await using service = await startService({ policies });
  assert.equal((await service.inject({ url: '/v1/admin/keys' })).status, 200);
  const { status, body } = await create(service, {}, { scopes: ['admin'] });
  assert.deepEqual([status, body['code']], [403, 'grant_denied']);
  assert.match(String(body['fix']), /^castellan keys create/);
  assert.equal(service.keys.isEmpty, true);
});

for (const wrong of [
  { name: '' },
  { name: 'x'.repeat(201) },
  { tenant: '../x' },
  { policies: [] },
  { scopes: ['root'] },
  { scopes: [] },
  { expiresAt: 'soon' },
  { key: 'ck_mine' },
]) {
  test(`a grant with ${JSON.stringify(wrong).slice(0, 40)} is refused, and the field is named`, async () => {
    await using service = await startService({ policies });
    const { status, body } = await create(service, service.bearer(operator), wrong);
    assert.equal(status, 422);
    assert.ok(String(body['detail']).includes(Object.keys(wrong)[0] ?? ''), String(body['detail']));
  });
}
