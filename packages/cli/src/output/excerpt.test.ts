import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt } from './excerpt.ts';

test('excerpt shows the line with a caret under the column', () => {
  assert.deepEqual(excerpt('one\n  two.three();\nfour', 2, 7), [
    '2 |   two.three();',
    '  |       ^',
  ]);
});

test('excerpt keeps the caret in place behind tabs, wide and combining characters', () => {
  assert.deepEqual(excerpt('\tx', 1, 2), ['1 |     x', '  |     ^']);
  assert.deepEqual(excerpt('a\tx', 1, 3), ['1 | a   x', '  |     ^']);
  assert.deepEqual(excerpt('世界x', 1, 3), ['1 | 世界x', '  |     ^']);
  assert.deepEqual(excerpt('😀x', 1, 3), ['1 | 😀x', '  |   ^']);
  assert.deepEqual(excerpt('e\u0301x', 1, 3), ['1 | e\u0301x', '  |  ^']);
});

test('excerpt shows control characters as escapes and still points right', () => {
  assert.deepEqual(excerpt('\x1b[31mx', 1, 6), ['1 | \\x1b[31mx', '  |         ^']);
});

test('excerpt cuts a long line around the column', () => {
  const source = `${'a'.repeat(3_000)}X${'b'.repeat(3_000)}`;
  for (const [column, mark] of [
    [3_001, 'X'],
    [1, 'a'],
    [6_001, 'b'],
  ] as const) {
    const [line = '', caret = ''] = excerpt(source, 1, column) ?? [];
    assert.ok(line.length < 100, line);
    assert.equal(line[caret.indexOf('^')], mark);
  }
});

test('excerpt counts lines as the engine does, and ignores a byte-order mark', () => {
  assert.deepEqual(excerpt('\ufeffa\r\nb\rc\u2028d', 4, 1), ['4 | d', '  | ^']);
  assert.deepEqual(excerpt('\ufeffx', 1, 1), ['1 | x', '  | ^']);
});

test('excerpt points behind the end rather than anywhere else, and has nothing for no line', () => {
  assert.deepEqual(excerpt('ab', 1, 99), ['1 | ab', '  |   ^']);
  assert.deepEqual(excerpt('ab', 1, -5), ['1 | ab', '  | ^']);
  assert.deepEqual(excerpt('ab', 1, null), ['1 | ab']);
  assert.equal(excerpt('ab', 2, 1), null);
  assert.equal(excerpt('ab', 0, 1), null);
});
