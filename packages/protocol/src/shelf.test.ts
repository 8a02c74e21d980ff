import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOfShelf, packShelf, placeOnShelf, takeFromShelf } from './shelf.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('packShelf keeps every file, empty ones and none at all', () => {
  const files = new Map(
    [1, 0, 70_000].map((length, at) => [`${at}.js`, bytes('x'.repeat(length))]),
  );
  const shelf = packShelf(files);
  for (const [name, content] of files) assert.deepEqual(takeFromShelf(shelf, name), content);
  assert.equal(takeFromShelf(packShelf(new Map()), '0.js'), undefined);
});

test('placeOnShelf finds whole names only', () => {
  const files = new Map([
    ['a/b.js', bytes('1')],
    ['b.js.code', bytes('')],
  ]);
  const list = listOfShelf(packShelf(files));
  assert.deepEqual(placeOnShelf(list, 'a/b.js'), { offset: 0, length: 1 });
  assert.deepEqual(placeOnShelf(list, 'b.js.code'), { offset: 1, length: 0 });
  for (const name of ['', 'b.js', 'a/b.js 0', 'a/b', '\na/b.js', '../a/b.js', 'x\nb.js.code']) {
    assert.equal(placeOnShelf(list, name), undefined, JSON.stringify(name));
  }
});

test('packShelf refuses a name that its list could not hold', () => {
  for (const name of ['', 'a b', 'a\nb', 'ä']) {
    assert.throws(() => packShelf(new Map([[name, bytes('')]])), /cannot be on a shelf/);
  }
});
