import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf } from './frame.ts';

test('frameOf shows two lines before and after, as far as there are any', () => {
  const text = ['a', 'b', 'c', 'd', 'e', 'f'].join('\n');
  const numbers = (line: number) => frameOf(text, line).map(({ number }) => number);
  assert.deepEqual(numbers(1), [1, 2, 3]);
  assert.deepEqual(numbers(4), [2, 3, 4, 5, 6]);
  assert.deepEqual(numbers(6), [4, 5, 6]);
  assert.deepEqual(
    frameOf(text, 4).find(({ isHit }) => isHit),
    { number: 4, text: 'd', isHit: true },
  );
  assert.deepEqual([frameOf(text, 0), frameOf(text, 7)], [[], []]);
});
