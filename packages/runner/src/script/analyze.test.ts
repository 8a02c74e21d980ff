import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Analysis, analyze } from './analyze.ts';
import { strictPlace } from './problem.ts';

type Facts = Omit<Analysis, 'imports' | 'requests' | 'body' | 'program'> & {
  readonly imports: readonly string[];
};

/** What `analyze` finds in a body that has nothing of interest. */
const plain: Facts = {
  kind: 'body',
  imports: [],
  importWords: [],
  hasModuleScope: false,
  hasTopLevelAwait: false,
  declaresExecute: false,
  callsExecute: false,
  onlyDeclares: false,
  lastExpression: null,
  lastText: null,
};

function factsOf(source: string): Facts {
  const found = analyze(source, false, false);
  assert.ok(!('message' in found), 'the source parses');
  const { program: _, requests: __, body: ___, imports, ...facts } = found;
  return { ...facts, imports: imports.map(({ source: { value } }) => String(value)) };
}

for (const [name, source, facts] of [
  ['an empty file', '', { onlyDeclares: true }],
  [
    'a last expression',
    'const a = 1; a + 1;',
    { lastExpression: { start: 13, end: 19, isFunction: false } },
  ],
  ['a directive alone', '"use strict"', { onlyDeclares: true }],
  ['an export', 'export const a = 1;', { kind: 'module', onlyDeclares: true }],
  [
    'a static import',
    "import a from 'b';",
    { imports: ['b'], hasModuleScope: true, onlyDeclares: true },
  ],
  [
    'import() in a function',
    'let f = () => import("a");',
    { importWords: [14], onlyDeclares: true },
  ],
  [
    'import.meta, and no other meta property',
    'function f() { new.target; } import.meta.url',
    {
      importWords: [29],
      hasModuleScope: true,
      lastExpression: { start: 29, end: 44, isFunction: false },
    },
  ],
  ['a declared execute', 'function execute() {}', { declaresExecute: true, onlyDeclares: true }],
  ['an execute in a variable', 'const execute = 1', { declaresExecute: true }],
  ['a text alone', '"text"; let a = 1', { lastText: 'text' }],
  [
    'a call in the place of a target',
    'let a; f() = 1;',
    { lastExpression: { start: 7, end: 15, isFunction: false } },
  ],
  ['await as a name', 'var await = 1;', {}],
  [
    'await as a name in an expression',
    'await = 1;',
    { lastExpression: { start: 0, end: 10, isFunction: false } },
  ],
  ['await at the top', 'if (1) { await 1; }', { hasTopLevelAwait: true }],
  ['for await at the top', 'for await (const a of []) {}', { hasTopLevelAwait: true }],
  ['await using at the top', 'await using a = null;', { hasTopLevelAwait: true }],
  ['await using in a loop', 'for (await using a of []) {}', { hasTopLevelAwait: true }],
  [
    'await in a function',
    'async () => { await 1; };',
    { lastExpression: { start: 0, end: 25, isFunction: true } },
  ],
  ['a top-level return', 'return 1;', {}],
] as const) {
  test(`analyze finds ${name}`, () => {
    assert.deepEqual(factsOf(source), { ...plain, ...facts });
  });
}

for (const source of [
  'const { execute } = f()',
  'const { a: [execute = 1] } = f()',
  'const [...execute] = f()',
  'import { execute } from "a"',
  'import execute from "a"',
  'if (1) { var execute = f() }',
  'class execute {}',
]) {
  test(`analyze finds that execute is declared in: ${source}`, () => {
    assert.equal(factsOf(source).declaresExecute, true);
  });
}

for (const source of ['function f() { var execute }', '{ let execute }', 'a.execute = 1']) {
  test(`analyze finds no execute of the file's in: ${source}`, () => {
    assert.equal(factsOf(source).declaresExecute, false);
  });
}

for (const [source, calls] of [
  ['execute()', true],
  ['execute?.()', true],
  ['new execute', true],
  ['execute``', true],
  ['execute.call(null)', true],
  ['f(() => { if (a) { execute() } })', true],
  ['function main() { return execute() }', true],
  ['function f() { execute(); { let execute } }', true],
  ['let a = { b: [execute()] }', true],
  ['run(execute)', false],
  ['a.execute()', false],
  ['a = { execute() {} }', false],
  ['function f(execute) { execute() }', false],
  ['function f() { execute(); var execute }', false],
  ['((execute, a = execute()) => a)()', false],
  ['({ execute }) => execute()', false],
  ['{ execute(); let execute }', false],
  ['try {} catch (execute) { execute() }', false],
  ['for (const execute of a) execute()', false],
  ['(function execute() { execute() })', false],
  ['(class execute { a = execute() })', false],
] as const) {
  test(`analyze finds ${calls ? 'a' : 'no'} call of the file's own execute in: ${source}`, () => {
    assert.equal(factsOf(`async function execute() { execute(); }\n${source}`).callsExecute, calls);
  });
}

for (const source of [
  'const execute = () => execute()',
  'const { execute } = { execute() { execute() } }',
  'let execute; execute = () => execute()',
]) {
  test(`analyze takes for recursion: ${source}`, () => {
    assert.equal(factsOf(source).callsExecute, false);
  });
}

for (const source of [
  'import "a"',
  'const f = () => 1, C = class {}; function g() {}; class D {}',
  'export const a = 1; export * from "b"; export default 1;',
  'Object.defineProperty(exports, "__esModule", { value: true }); exports.a = exports.b = void 0;',
  'exports.a = () => 1; module.exports.b = function () {}; exports.c = c; function c() {}',
]) {
  test(`analyze finds that there is nothing to run in: ${source}`, () => {
    assert.equal(factsOf(source).onlyDeclares, true);
  });
}

for (const source of [
  'let a',
  'const a = 1',
  'const a = f()',
  'exports.a = 1',
  'exports.a = f()',
]) {
  test(`analyze finds something to run in: ${source}`, () => {
    assert.equal(factsOf(source).onlyDeclares, false);
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
