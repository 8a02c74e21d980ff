import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Analysis, analyze, strictPlace } from './analyze.ts';

type Facts = Omit<Analysis, 'imports' | 'program'> & { readonly imports: readonly string[] };

/** What `analyze` finds in a body that has nothing of interest. */
const plain: Facts = {
  kind: 'body',
  imports: [],
  dynamicImports: [],
  hasTopLevelAwait: false,
  declaresExecute: false,
  onlyDeclares: false,
  lastExpression: null,
};

function factsOf(source: string): Facts {
  const found = analyze(source, false, false);
  assert.ok(!('message' in found), 'the source parses');
  const { program: _, imports, ...facts } = found;
  return { ...facts, imports: imports.map(({ source: { value } }) => String(value)) };
}

for (const [name, source, facts] of [
  ['an empty file', '', { onlyDeclares: true }],
  ['a last expression', 'const a = 1; a + 1;', { lastExpression: { start: 13, end: 19 } }],
  ['a directive alone', '"use strict"', { onlyDeclares: true }],
  ['an export', 'export const a = 1;', { kind: 'module' }],
  ['a static import', "import a from 'b';", { imports: ['b'], onlyDeclares: true }],
  [
    'import() in a function',
    'let f = () => import("a");',
    { dynamicImports: [14], onlyDeclares: true },
  ],
  ['a declared execute', 'function execute() {}', { declaresExecute: true, onlyDeclares: true }],
  ['an execute in a variable', 'const execute = 1', { declaresExecute: true, onlyDeclares: true }],
  ['await at the top', 'if (1) { await 1; }', { hasTopLevelAwait: true }],
  ['for await at the top', 'for await (const a of []) {}', { hasTopLevelAwait: true }],
  [
    'await using at the top',
    'await using a = null;',
    { hasTopLevelAwait: true, onlyDeclares: true },
  ],
  ['await using in a loop', 'for (await using a of []) {}', { hasTopLevelAwait: true }],
  ['await in a function', 'async () => { await 1; };', { lastExpression: { start: 0, end: 25 } }],
  ['a top-level return', 'return 1;', {}],
] as const) {
  test(`analyze finds ${name}`, () => {
    assert.deepEqual(factsOf(source), { ...plain, ...facts });
  });
}

test('analyze keeps the tree for a check, and drops it for a run', () => {
  const kept = analyze('f(() => { g(); });', false, true);
  assert.ok(!('message' in kept));
  assert.match(JSON.stringify(kept.program), /"name":"g"/);
  assert.equal(factsOf('f(() => { g(); });').lastExpression?.end, 18);
});

test('analyze returns the place of bad syntax', () => {
  const found = analyze('let a;\nlet = ;', false, false);
  assert.deepEqual(found, { message: 'Unexpected token', line: 2, column: 7, offset: 13 });
});

test('analyze returns a problem for a source that is nested too deeply', () => {
  for (const nested of ['[', '(', '{', '!', 'if (a) ']) {
    const found = analyze(nested.repeat(50_000), false, false);
    assert.ok('message' in found, nested);
    assert.match(found.message, /stack space|nested too deeply/, nested);
  }
});

test('strictPlace finds what only ES modules forbid', () => {
  assert.equal(strictPlace('a.js', 'export const a = 1;'), null);
  const place = strictPlace('a.js', 'export {};\n with (a) {}');
  assert.deepEqual(place, { file: 'a.js', line: 2, column: 2 });
});
