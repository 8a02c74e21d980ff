import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService } from './service.support.ts';

test('what is done with keys is kept, with who did it, also when it was refused', async () => {
  await using service = await startService();
  const headers = service.bearer({ mayNameTenant: true });
  const reader = service.bearer({ scopes: ['runs:read'] });
  const url = '/v1/admin/keys';
  const post = (payload: object, by = headers) =>
    service.inject({ method: 'POST', url, headers: by, payload });
  const { id, key } = (await post({ name: 'shop' })).body as Record<string, string>;
  await post({ scopes: ['runs:read'], tenant: 'other' }, reader);
  await service.inject({ method: 'DELETE', url: `${url}/${id}`, headers });
  await service.inject({ method: 'DELETE', url: `${url}/key_unknown`, headers });
  // Whoever is nobody, and who only looks at runs, leaves nothing here.
  await service.inject({
    method: 'POST',
    url,
    payload: {},
    headers: { authorization: 'Bearer x' },
  });
  await service.inject({ url: '/v1/runs', headers });
  const [giver] = service.keys.list();
  assert.deepEqual(
    service.audited.map(({ call, status, keyId, problem }) => [call, status, keyId, problem]),
    [
      ['POST /v1/admin/keys', 201, id, undefined],
      ['POST /v1/admin/keys', 403, undefined, 'scope_missing'],
      ['DELETE /v1/admin/keys/:id', 200, id, undefined],
      ['DELETE /v1/admin/keys/:id', 404, 'key_unknown', 'not_found'],
    ],
  );
  const [made] = service.audited;
  assert.deepEqual(
    [made?.caller, made?.tenant, made?.address],
    [giver?.id, giver?.tenant, '127.0.0.1'],
  );
  assert.match(made?.requestId ?? '', /^req_/);
  const kept = JSON.stringify(service.audited);
  for (const secret of [key, headers.authorization.slice(7)]) {
    assert.ok(secret !== undefined && !kept.includes(secret));
  }
});
