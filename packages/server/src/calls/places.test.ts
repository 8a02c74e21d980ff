import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from './places.ts';

const share = { running: 10, waiting: 10, waitMs: 60_000 };
const never = new AbortController().signal;

test('Places gives a freed place to the tenant that has the fewest, then to who came first', async () => {
  const places = new Places(3);
  const held = [];
  for (let n = 0; n < 3; n++) held.push(await places.take('greedy', share, never));
  const order: string[] = [];
  const wait = (tenant: string) =>
    places.take(tenant, share, never).then((place) => {
      order.push(tenant);
      held.push(place);
    });
  const all = Promise.all(['greedy', 'greedy', 'a', 'b', 'a'].map(wait));
  assert.deepEqual([places.taken, places.waiting], [3, 5]);
  while (order.length < 5) {
    held.shift()?.[Symbol.dispose]();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
  assert.deepEqual(order, ['a', 'b', 'greedy', 'a', 'greedy']);
  for (const place of held) place[Symbol.dispose]();
  assert.deepEqual([places.taken, places.waiting], [0, 0]);
});

test('Places gives a tenant no more than it may have, and says so after its time', async () => {
  const places = new Places(5);
  const capped = { running: 1, waiting: 1, waitMs: 1 };
  using place = await places.take('a', capped, never);
  const late = places.take('a', capped, never);
  await assert.rejects(places.take('a', capped, never), {
    failure: 'tenant_busy',
    message: '1 calls of the tenant wait for a place already.',
  });
  await assert.rejects(late, { failure: 'tenant_busy', message: /1 calls .* were under way/ });
  using _ = await places.take('b', capped, never);
  assert.deepEqual([places.taken, places.waiting], [2, 0]);
  place[Symbol.dispose]();
  place[Symbol.dispose]();
  assert.equal(places.taken, 1);
});

test('Places tells a tenant below its share that all places are taken', async () => {
  const places = new Places(1);
  using _ = await places.take('a', share, never);
  await assert.rejects(places.take('b', { ...share, waitMs: 1 }, never), {
    failure: 'overloaded',
    message: 'No place was free for 1 ms; there are 1 for all tenants.',
  });
});

test('Places forgets who has left, and passes the place on', async () => {
  const places = new Places(1);
  const place = await places.take('a', share, never);
  const leaving = new AbortController();
  const left = places.take('b', share, leaving.signal);
  const next = places.take('c', share, never);
  leaving.abort(new Error('has left'));
  await assert.rejects(left, /has left/);
  place[Symbol.dispose]();
  using _ = await next;
  assert.deepEqual([places.taken, places.waiting], [1, 0]);
});
