import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unsent } from './unsent.ts';

test('Unsent gives the bytes of all pieces as one, and holds few more', () => {
  const unsent = new Unsent();
  const first = Uint8Array.of(0);
  unsent.push(first);
  for (let byte = 1; byte < 200; byte++) unsent.push(Uint8Array.of(byte));
  assert.equal(unsent.length, 200);
  const all = unsent.take();
  assert.deepEqual([...all], [...Array(200).keys()]);
  assert.ok(all.buffer.byteLength <= 2 * 200);
  assert.deepEqual([...first], [0]);
  assert.equal(unsent.length, 0);
  unsent.push(first);
  assert.deepEqual([...unsent.take()], [0]);
});
