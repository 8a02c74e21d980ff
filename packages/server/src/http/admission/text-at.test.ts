import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from './text-at.ts';

test('readerOf reads at lines and columns, whatever ends the lines', () => {
  const textAt = readerOf({
    files: { 'a.js': 'one\r\ntwo\rthree\nfour\u2028five' },
    entry: 'a.js',
  });
  assert.equal(textAt('a.js', 2, 2), 'wo\nthree\nfour\nfive');
  assert.equal(textAt('a.js', 4, 1), 'four\nfive');
  assert.equal(textAt('a.js', 5, 4), 'e');
  assert.equal(textAt('a.js', 6, 1), '');
  assert.equal(textAt('b.js', 1, 1), '');
  assert.equal(readerOf('code')(null, 1, 1), 'code');
});

test('readerOf counts the lines of a text once', (t) => {
  const charCodeAt = t.mock.method(String.prototype, 'charCodeAt');
  const textAt = readerOf('\n'.repeat(10_000));
  for (let line = 1; line <= 1_000; line++) textAt(null, line, 1);
  assert.ok(charCodeAt.mock.callCount() <= 20_000, `${charCodeAt.mock.callCount()} characters`);
});
