import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMap } from '../source-maps.ts';
import { type Transformed, transform, type TransformOptions } from './transformer.ts';

const plain: TransformOptions = { syntax: 'tsx', isModule: false, settings: {} };

function transformed(source: string, options: Partial<TransformOptions> = {}): Transformed {
  const made = transform(source, { ...plain, ...options });
  assert.ok('code' in made, JSON.stringify(made));
  return made;
}

for (const [name, source, code, options] of [
  ['types away', 'let a: string = b!', 'let a = b;', {}],
  ['nothing strict into a body', 'enum A {}', 'var A;\n(function (A) {\n})(A || (A = {}));', {}],
  [
    'no export into a file that exports only types',
    'export type A = 1; export interface B {}',
    '',
    {},
  ],
  [
    'no export into a file that only imports types',
    "import { A } from 'a'; let b: A",
    'let b;',
    {},
  ],
  ['what is exported', 'export const a = 1', 'export const a = 1;', {}],
  ['an export of nothing, which makes a module', 'let a: 1; export {}', 'let a;\nexport {};', {}],
  [
    'JSX of a body under require()',
    '<a/>',
    'const { jsx: _jsx } = require("react/jsx-runtime");\n_jsx("a", {});',
    {},
  ],
  [
    'JSX of a body with imports under import',
    "import b from 'b'; <b/>; b",
    'import { jsx as _jsx } from "react/jsx-runtime";\nimport b from \'b\';\n_jsx("b", {});\nb;',
    {},
  ],
  [
    'JSX of a module under import',
    '<a/>',
    'import { jsx as _jsx } from "react/jsx-runtime";\n_jsx("a", {});',
    { isModule: true },
  ],
  ['using as it is', 'using a = b', 'using a = b;', {}],
] as const) {
  test(`transform puts ${name}`, () => {
    assert.equal(transformed(source, options).code.trim(), code);
  });
}

test('transform uses standard decorators unless a parameter is decorated, or it is told to', () => {
  const standard = /__esDecorate/;
  assert.match(transformed('@d class A {}').code, standard);
  assert.doesNotMatch(transformed('class A { m(@d x) {} }').code, standard);
  const settings = { experimentalDecorators: true };
  assert.doesNotMatch(transformed('@d class A {}', { settings }).code, standard);
});

test('transform makes a map that leads back to what was written', () => {
  const source = 'enum A { B }\n  const f = (x: number): void => {   throw x; };';
  const { code, map } = transformed(source);
  const [before = ''] = code.split('throw');
  const lines = before.split('\n');
  const found = readMap(map)({ line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
  assert.deepEqual(
    [found?.line, found?.column],
    [2, (source.split('\n')[1]?.indexOf('throw') ?? 0) + 1],
  );
});

test('transform returns the first syntax error with its place', () => {
  const problem = transform('let a: string;\nlet b = ]', plain);
  const expected = { message: 'Expression expected.', line: 2, column: 9, offset: 23 };
  assert.deepEqual(problem, expected);
});

test('transform returns a problem for a source that is nested too deeply', () => {
  for (const nested of ['(', '[', '{', '<a>', 'a ? ', '!']) {
    assert.ok('message' in transform(nested.repeat(50_000), plain), nested);
  }
});

test('transform refuses what only CommonJS has in an ES module', () => {
  for (const [source, place] of [
    ['export {};\n import a = require("a"); a', [2, 2]],
    ['export const a = 1;\nexport = a', [2, 1]],
  ] as const) {
    const made = transform(source, plain);
    assert.ok('message' in made, source);
    assert.match(made.message, /cannot be used when targeting ECMAScript modules/);
    assert.deepEqual([made.line, made.column], place);
  }
  for (const source of [
    'export {}; import a = require("a")',
    'import a = require("a"); a; export = a',
  ])
    assert.ok('code' in transform(source, plain), source);
});
