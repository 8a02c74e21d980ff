import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Newest } from './newest.ts';

test('Newest gives a slow reader the newest, and keeps nothing for it', async () => {
  const newest = new Newest<number>();
  const reader = newest.read();
  const first = reader.next();
  newest.give(1);
  assert.deepEqual(await first, { done: false, value: 1 });
  for (let n = 2; n <= 1_000; n++) newest.give(n);
  assert.deepEqual(await reader.next(), { done: false, value: 1_000 });
  const last = reader.next();
  newest.give(1_001);
  newest.end();
  assert.deepEqual(await last, { done: false, value: 1_001 });
  assert.deepEqual(await reader.next(), { done: true, value: undefined });
});

test('Newest says when somebody reads, holds the newest for whoever comes later, and nothing for nobody', async () => {
  const told: boolean[] = [];
  const newest = new Newest<string>((isRead) => told.push(isRead));
  newest.give('to nobody');
  const stop = new AbortController();
  const [early, late] = [newest.read(stop.signal), newest.read(stop.signal)];
  const first = early.next();
  newest.give('shown');
  assert.equal((await first).value, 'shown');
  assert.equal((await late.next()).value, 'shown');
  assert.deepEqual(told, [true]);
  await early.return();
  assert.deepEqual(told, [true]);
  const waiting = late.next();
  stop.abort();
  assert.equal((await waiting).done, true);
  assert.deepEqual(told, [true, false]);
  const again = newest.read();
  const empty = again.next();
  newest.end();
  assert.equal((await empty).done, true);
});
