import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopes } from '../../keys/keys.ts';
import type { KeyGrant } from '../../keys/record.ts';
import { startService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';
import { testLauncher } from '../test-launcher.support.ts';
import { adminPoliciesSchema, overviewSchema } from '../schemas/admin.ts';

const network = {
  allow: ['example.com'],
  allowPrivate: ['10.0.0.0/8'],
  secrets: { SHOP_TOKEN: { value: 'canary-value', hosts: ['example.com'] } },
};
const policies = new Map([
  ['default', { ...testPolicy, network }],
  ['other', { ...testPolicy, name: 'other' }],
]);
const pool = { ready: 1, kept: 2, running: 3, waiting: 4 };
const launchers = () => [{ ...testLauncher, pools: { default: pool, other: pool } }];

test('the overview tells of the whole service, and of tenants and policies those of the key', async () => {
  await using service = await startService({ policies, launchers }, 0);
  const submit = { method: 'POST', url: '/v1/runs', payload: { code: '1' } } as const;
  for (const tenant of ['acme', 'rival', 'rival']) {
    await service.inject({ ...submit, headers: service.bearer({ tenant }) });
  }
  await service.inject({ url: '/v1/runs', headers: { authorization: 'Bearer no' } });
  const seenBy = async (grant: Partial<KeyGrant>) => {
    const answer = await service.inject({
      url: '/v1/admin/overview',
      headers: service.bearer(grant),
    });
    assert.equal(answer.status, 200, answer.text);
    return overviewSchema.parse(answer.body);
  };
  const own = await seenBy({});
  assert.deepEqual([own.queued, own.running, own.capacity, own.reason], [3, 0, 0, null]);
  assert.deepEqual([own.counts.submitted, own.problems['unauthorized']], [3, 1]);
  const cap = testPolicy.queue.running;
  assert.deepEqual(own.tenants, [{ name: 'acme', running: 0, queued: 1, runningCap: cap }]);
  assert.deepEqual(own.launchers[0]?.pools, [{ policy: 'default', ...pool }]);
  assert.deepEqual([own.you.tenant, own.you.scopes], ['acme', [...scopes]]);
  const all = await seenBy({ mayNameTenant: true, policies: ['default', 'other'] });
  assert.deepEqual(
    all.tenants.map(({ name, queued }) => [name, queued]),
    [
      ['rival', 2],
      ['acme', 1],
    ],
  );
  assert.equal(all.launchers[0]?.pools.length, 2);
});

test('policies in force are those of the key, with all but the values of secrets', async () => {
  await using service = await startService({ policies });
  const answer = await service.inject({ url: '/v1/admin/policies', headers: service.bearer() });
  const { items } = adminPoliciesSchema.parse(answer.body);
  assert.deepEqual(
    items.map(({ name, operator }) => [name, operator]),
    [
      [
        'default',
        {
          askedIsolation: ['auto'],
          warm: 1,
          allowPrivate: ['10.0.0.0/8'],
          deny: [],
          secrets: [{ name: 'SHOP_TOKEN', hosts: ['example.com'], headers: [] }],
        },
      ],
    ],
  );
  assert.ok(!answer.text.includes('canary'));
});

test('nothing of it is for a key without the scope', async () => {
  await using service = await startService({ policies });
  const headers = service.bearer({ scopes: ['runs:write', 'runs:read'], mayNameTenant: true });
  for (const url of ['/v1/admin/overview', '/v1/admin/policies', '/v1/admin/keys']) {
    const { status, body } = await service.inject({ url, headers });
    assert.deepEqual([status, body['code']], [403, 'scope_missing'], url);
  }
});
