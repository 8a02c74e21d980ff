import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tenantShares } from './shares.ts';

const { signal } = new AbortController();

test('tenantShares lets a tenant in as far as its share goes, in order, and others at once', async () => {
  const shares = tenantShares(10);
  const order: string[] = [];
  const take = async (tenant: string, bytes: number): Promise<() => void> => {
    const leave = await shares.take(tenant, bytes, signal);
    order.push(`${tenant}${bytes}`);
    return leave;
  };
  const first = await take('a', 6);
  const large = take('a', 8);
  const small = take('a', 1);
  await take('b', 9);
  await nextTurn();
  assert.deepEqual(order, ['a6', 'b9']);
  first();
  first();
  (await large)();
  await small;
  assert.deepEqual(order, ['a6', 'b9', 'a8', 'a1']);
});

test('tenantShares lets a body that is larger than a share in alone', async () => {
  const shares = tenantShares(10);
  const leave = await shares.take('a', 50, signal);
  const next = shares.take('a', 50, signal);
  leave();
  (await next)();
});

test('tenantShares forgets who hangs up while waiting, and lets the next in', async () => {
  const shares = tenantShares(10);
  const leave = await shares.take('a', 5, signal);
  const hangUp = new AbortController();
  const waiting = shares.take('a', 9, hangUp.signal);
  const behind = shares.take('a', 5, signal);
  hangUp.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  (await behind)();
  leave();
});
