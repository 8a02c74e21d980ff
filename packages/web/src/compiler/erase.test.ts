import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erase } from './erase.ts';

test('erase puts blanks in the place of types, and leaves each line and column', () => {
  const rows: readonly (readonly [typed: string, plain: string])[] = [
    ['const n: number = 1; return n', 'const n         = 1; return n'],
    ['return (params as { a: string }).a!.b', 'return (params                 ).a .b'],
    [
      'interface A {\n  a: string;\n}\nawait f<A>(1)',
      ' '.repeat(13) + '\n            \n \nawait f   (1)',
    ],
    ['export default ({ a }: P) => a;', 'export default ({ a }   ) => a;'],
    ["import type { A } from './a.ts';", ' '.repeat(32)],
    ['const f = (\n  a\n): a is A => a', 'const f = (\n  a\n        ) => a'],
    ['plain(a, b); // : string', 'plain(a, b); // : string'],
  ];
  for (const [typed, plain] of rows) {
    const erased = erase(typed);
    assert.ok('text' in erased, typed);
    assert.equal(erased.text.replaceAll(';', ' '), plain.replaceAll(';', ' '));
    assert.equal(erased.text.length, typed.length);
  }
});

test('erase says what is more than types, and what is no TypeScript, with the place', () => {
  const rows: readonly (readonly [text: string, wrong: RegExp, line: number, column: number])[] = [
    ['\n  enum A { B }', /^An enum needs a compiler, .*choose Run$/, 2, 3],
    ['namespace A {\n  export const b = 1;\n}', /^A namespace/, 1, 1],
    ['class A {\n  constructor(private a: number) {}\n}', /^A parameter that is a property/, 2, 15],
    ["import a = require('a');", /^This import/, 1, 1],
    ['const a: = 1;', /^Type expected/, 1, 10],
  ];
  for (const [text, wrong, line, column] of rows) {
    const erased = erase(text);
    assert.ok('wrong' in erased, text.slice(0, 50));
    assert.match(erased.wrong, wrong);
    if (text.length < 100) assert.deepEqual([erased.line, erased.column], [line, column]);
  }
});
