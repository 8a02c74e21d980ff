import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Caller } from '../../keys/keys.ts';
import { startService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';
import type { ProblemError } from '../problems/problem.ts';
import { rateLimitHeaders, type Standing } from './headers.ts';
import { createSlots } from './slots.ts';
import { defaultRates } from './options.ts';
import { createRates } from './rates.ts';
import { memoryStore } from './store.ts';

const caller: Caller = {
  id: 'key_1',
  tenant: 'a',
  mayNameTenant: false,
  policies: ['default'],
  scopes: [],
};
const asking = { caller, subject: 'key_1', address: '192.0.2.1', path: 'GET /v1/status' };
const rate = { perMinute: 2, perAddressPerMinute: 100, inFlight: 10 };
const policies = new Map([['default', { ...testPolicy, rate }]]);

test('a clock that is set back makes nobody wait longer than the window', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 10_000_000 });
  const rates = createRates(defaultRates, policies, memoryStore);
  await rates.take(asking, []);
  t.mock.timers.setTime(10_000_000 - 3_600_000);
  const standings: Standing[] = [];
  await rates.take(asking, standings);
  await assert.rejects(rates.take(asking, standings), ({ extras }: ProblemError) => {
    assert.ok((extras.retryAfterMs ?? Infinity) <= 60_000);
    return true;
  });
  for (const { resetMs } of standings) assert.ok(resetMs <= 60_000, String(resetMs));
});

test('a window ends, and what was refused is let in again', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const rates = createRates(defaultRates, policies, memoryStore);
  await rates.take(asking, []);
  await rates.take(asking, []);
  await assert.rejects(rates.take(asking, []), { code: 'rate_limited' });
  t.mock.timers.tick(60_000);
  await rates.take(asking, []);
});

test('a store that cannot be reached lets nobody by', async () => {
  const away = new Error('the store is away');
  const broken = () =>
    ({
      get: () => Promise.resolve(null),
      consume: () => Promise.reject(away),
    }) as unknown as RateLimiterAbstract;
  const rates = createRates(defaultRates, policies, broken);
  await assert.rejects(rates.take(asking, []), away);
});

const rule = { name: 'checks', by: ['key'] as const, perMinute: 1 };
for (const [what, bad, says] of [
  [
    'whose path is no route',
    { paths: ['POST /v1/run'] },
    /"POST \/v1\/run" is no route\. Routes: .*POST \/v1\/runs/,
  ],
  ['that is counted by nothing', { by: [] }, /rates\.rules: "checks" is counted by nothing/],
  [
    'with a name that no header can carry',
    { name: 'a"\r\nb' },
    /rates\.rules: .* cannot name a rule/,
  ],
  ['with the name of another', { name: 'key' }, /rates\.rules: "key" names another rule/],
] as const) {
  test(`a rule ${what} keeps the service from starting`, async () => {
    const rates = { ...defaultRates, rules: [{ ...rule, ...bad }] };
    await assert.rejects(startService({ rates }), says);
  });
}

test('a rule for GET counts HEAD, which costs as much', async () => {
  const rules = [{ ...rule, paths: ['GET /v1/policies'] }];
  await using service = await startService({ rates: { ...defaultRates, rules } });
  const ask = async (method: 'GET' | 'HEAD'): Promise<number> =>
    (await service.inject({ method, url: '/v1/policies' })).status;
  assert.deepEqual([await ask('HEAD'), await ask('GET'), await ask('HEAD')], [200, 429, 429]);
});

test('slots are given back once, and all together are bounded', () => {
  const slots = createSlots(3);
  const first = slots.take('a', 2);
  slots.take('a', 2);
  assert.throws(() => slots.take('a', 2), { code: 'too_many_in_flight' });
  slots.take('b', 2);
  assert.throws(() => slots.take('c', 2), { code: 'overloaded' });
  first();
  first();
  assert.equal(slots.taken, 2);
  slots.take('c', 2);
  assert.throws(() => slots.take('d', 2), { code: 'overloaded' });
});

test('rateLimitHeaders writes whole seconds, and nothing without rules', () => {
  assert.deepEqual(rateLimitHeaders([]), {});
  const standing = { rule: 'key', quota: 5, windowMs: 60_000, remaining: 0, resetMs: 1 };
  assert.deepEqual(rateLimitHeaders([standing]), {
    'ratelimit-policy': '"key";q=5;w=60',
    ratelimit: '"key";r=0;t=1',
  });
});
