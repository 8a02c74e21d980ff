import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, contentOf } from './bytes.ts';

test('contentOf copies nothing that lies in a buffer of its own', () => {
  const large = new Uint8Array(2 ** 20);
  assert.equal(contentOf(large), large);
});

test('contentOf gives exactly the bytes of a view, in a buffer of their own', () => {
  const large = new Uint8Array(2 ** 20).fill(1);
  const resizable = new Uint8Array(new ArrayBuffer(2 ** 20, { maxByteLength: 2 ** 21 }));
  const parts = [large.subarray(1), resizable, new DataView(large.buffer, 2)];
  for (const given of parts) {
    const content = contentOf(given);
    assert.ok(content instanceof Uint8Array && (content as unknown) !== given);
    assert.equal(content.length, given.byteLength);
    assert.equal(content.buffer.byteLength, given.byteLength);
    assert.ok(!(content.buffer as ArrayBuffer).resizable);
  }
  const detached = new Uint8Array(2 ** 20);
  detached.buffer.transfer();
  assert.throws(() => contentOf(detached), TypeError);
});

test('bytesOf takes whatever holds bytes, by what it is and not by what it says', () => {
  const buffer = Uint8Array.of(1, 2).buffer;
  const renamed = Object.setPrototypeOf(Uint8Array.of(1, 2), Object.prototype) as object;
  for (const held of [buffer, new DataView(buffer), new Uint8Array(buffer), renamed]) {
    assert.deepEqual(bytesOf(held), Uint8Array.of(1, 2));
  }
  const posing = { __proto__: ArrayBuffer.prototype, byteLength: 2 };
  for (const other of [{}, [1], Object.create(null), posing, new Map(), 'x', 1, null, undefined]) {
    assert.equal(bytesOf(other), undefined);
  }
});
