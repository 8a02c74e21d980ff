import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodings } from '../../guest/platform/conversion.ts';
import { convert } from './conversion.ts';

for (const encoding of encodings) {
  test(`convert takes bytes at any place and of any number: ${encoding}`, () => {
    const memory = new ArrayBuffer(2 ** 13);
    new Uint8Array(memory).fill(0x61);
    for (const offset of [0, 1]) {
      for (const length of [0, 1, 2, 3, 3_000, 3_001]) {
        const bytes = new Uint8Array(memory, offset, length);
        const expected = Buffer.from(bytes.slice()).toString(encoding);
        // What is written past the end is only found by a later allocation.
        for (let round = 0; round < 50; round++) assert.equal(convert(bytes, encoding), expected);
      }
    }
  });

  test(`convert gives bytes in memory of their own, of exactly their length: ${encoding}`, () => {
    for (const text of [
      '',
      'a',
      'zz',
      'YQ',
      '€'.repeat(9),
      'ab zz'.repeat(900),
      'YQ == '.repeat(900),
    ]) {
      const bytes = convert(text, encoding) as Uint8Array;
      assert.deepEqual([...bytes], [...Buffer.from(text, encoding)]);
      assert.equal(bytes.buffer.byteLength, bytes.byteLength);
    }
  });
}

test('convert refuses other encodings and other values', () => {
  for (const encoding of ['ascii', 'utf-8', '', undefined, { toString: () => 'hex' }]) {
    assert.throws(() => convert('a', encoding), /^TypeError: No such encoding$/);
  }
  for (const data of [undefined, 5, {}, [97], new ArrayBuffer(1)]) {
    assert.throws(() => convert(data, 'hex'), /^TypeError: Only text and bytes are converted$/);
  }
});
