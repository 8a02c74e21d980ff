// The short versions: no times are judged here. `npm run test:faults` runs the long ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostileClients, overload } from './http-faults.support.ts';

test('F11: hostile clients are refused, and others are answered', async () => {
  const { rssMb } = await hostileClients({ connections: 300, addresses: 3, ms: 3_000 });
  assert.ok(rssMb < 150, `RSS +${rssMb} MB`);
});

test('F14: who asks too much is refused, and the others keep what is theirs', async () => {
  const { kept } = await overload({ ms: 3_000, tenants: 3 });
  assert.ok(kept >= 0.8, `${kept} of the others' runs were taken`);
});
