// The long versions of test/service/http-faults.test.ts, with the times that RELIABILITY promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostileClients, overload } from '../service/http-faults.support.ts';

test('F11: 10,000 hostile connections and bombs of every kind', async () => {
  const { ratio, rssMb } = await hostileClients({
    connections: 10_000,
    addresses: 200,
    ms: 30_000,
  });
  assert.ok(rssMb < 50, `RSS +${rssMb} MB`);
  assert.ok(ratio < 2, `p95 ${ratio} times`);
});

test('F14: 60 s of overload, one tenant at ten times its rate', async () => {
  const { kept } = await overload({ ms: 60_000, tenants: 5 });
  assert.ok(kept >= 0.9, `${kept} of the others' runs were taken`);
});
