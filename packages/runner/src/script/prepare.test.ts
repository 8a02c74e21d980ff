import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originalColumn } from './edits.ts';
import { freeAlias, languageOf, prepare, type Prepared } from './prepare.ts';

const options = {
  keepsTree: false,
  keepsImport: false,
  lead: '',
  mayRequire: false,
  settings: () => ({}),
};

function prepared(source: string, file = 'a.js', keepsImport = false): Prepared {
  const result = prepare(source, file, languageOf(file), 'imp___', { ...options, keepsImport });
  assert.ok(!('message' in result), 'the source parses');
  return result;
}

/** The code without the function around it. */
function insideOf({ code, prefixLength }: Prepared): string {
  return code.slice(prefixLength).replace(/\n;return imp___E\([^]*$/, '');
}

for (const [name, source, code] of [
  ['a last expression into its variable', 'f();\ng()', 'f();\n;imp___V=(g())'],
  ['a last expression before its semicolon', 'g();', ';imp___V=(g());'],
  ['a function that is the last expression in a list', '(class {})', ';imp___V=(0,(class {}))'],
  ['import() under the alias', 'let a = import("b")', 'let a = imp___("b")'],
  ['blanks for imports', 'import a, {\n b } from "c"; let d', ';          \n               let d'],
  ['a first line of --> as a comment', '--> x\nlet a', '//> x\nlet a'],
  ['the same behind comments', '/* a */ /* b */ --> x', '/* a */ /* b */ //> x'],
  ['directives where they are', "'use client'; 'use strict'", "'use client'; 'use strict'"],
  ['a #! line as a comment', '#!/x\nlet a', '///x\nlet a'],
  ['a byte-order mark away', '\ufefflet a', 'let a'],
] as const) {
  test(`prepare puts ${name}`, () => {
    assert.equal(insideOf(prepared(source)), code);
  });
}

test('prepare makes the function asynchronous only for a body that waits', () => {
  for (const source of ['f()', 'import "a"']) {
    assert.match(prepared(source).code, /return function\(\)\{;/, source);
  }
  assert.match(prepared('await f()').code, /return async function\(\)\{/);
});

test('prepare puts a module around a body that has imports, and each of those on a line at its end', () => {
  const source =
    'import a, { b as c, "d e" as f } from "g" with { type: "json" };\nexports.h = await a';
  const { code, prefixLength } = prepared(source);
  assert.equal(
    code.slice(0, prefixLength),
    'const imp___M=await imp___.body((function(module,exports,require,imp___,imp___E){let imp___V;return async function(){',
  );
  assert.match(
    code,
    /\)\}\}\),"a\.js",true\);export\{imp___M as default,imp___M as "module\.exports"\};const imp___0=imp___M\?\.\["h"\];export\{imp___0 as "h"\};\n/,
  );
  assert.ok(
    code.endsWith(
      '\nimport{x as imp___}from"castellan:importimp___";\nimport a, { b as c, "d e" as f } from "g" with { type: "json" };',
    ),
  );
});

test('prepare returns the declared execute, to be called', () => {
  assert.match(prepared('function execute() {}').code, /;return imp___E\(execute,imp___V\)\}\}\)$/);
  assert.match(prepared('let a').code, /;return imp___E\(undefined,imp___V\)\}\}\)$/);
});

test('prepare gives an ES module its import() and import.meta, and a resource that ends with it', () => {
  const { code, prefixLength } = prepared('export default [import("a"), import.meta]');
  const prefix = 'import{x as imp___}from"castellan:importimp___";using imp___U=imp___.enter();';
  assert.deepEqual(
    [code, prefixLength],
    [`${prefix}export default [imp___("a"), imp___.meta]\n;imp___U.done()`, prefix.length],
  );
  const [source] = ['export default import("a")'];
  assert.equal(prepared(source, 'a.js', true).code, source);
});

test('prepare passes a text that is the whole script, which it leaves in its place', () => {
  const text = prepared('"it\\u0027s"');
  assert.match(text.code, /let imp___V="it's";/);
  assert.equal(insideOf(text), '"it\\u0027s"');
});

test('prepare leaves import() alone where the engine handles it', () => {
  assert.equal(insideOf(prepared('let a = import("b")', 'a.js', true)), 'let a = import("b")');
});

test('prepare strips types, with every character at its place', () => {
  assert.equal(insideOf(prepared('let a: string;\nreturn a', 'a.ts')), 'let a        ;\nreturn a');
});

test('prepare takes automatic sources for JavaScript first', () => {
  const result = prepare('a < b > (c)', 'a', 'auto', 'imp___', options);
  assert.ok(!('message' in result));
  assert.equal(result.source, 'a < b > (c)');
});

test('originalColumn maps columns of changed lines back', () => {
  const { shifts } = prepared('f(); throw a; g()');
  const text = 'f(); throw a; ;imp___V=(g())';
  assert.equal(originalColumn(shifts, 1, text.indexOf('throw') + 1), 6);
  assert.equal(originalColumn(shifts, 1, text.indexOf('g()') + 1), 15);
  assert.equal(originalColumn(shifts, 1, 16), 15, 'inside of an edit: its start');
  assert.equal(originalColumn(shifts, 2, 20), 20, 'another line');
});

test('freeAlias returns a word of six characters that no source holds', () => {
  assert.equal(freeAlias(['a']), 'imp__0');
  assert.equal(freeAlias(['imp__0 imp__1', 'imp__2']), 'imp__3');
});

test('freeAlias reads each source once, also one that uses every short alias', () => {
  const base36 = (number: number): string => number.toString(36);
  const all = Array.from({ length: 36 ** 3 }, (_, number) => base36(number).padStart(3, '_'));
  const text = `//${all.map((digits) => `imp${digits}`).join('')}`;
  let reads = 0;
  const source = {
    includes: (word: string) => (reads++, text.includes(word)),
    matchAll: (form: RegExp) => (reads++, text.matchAll(form)),
  } as unknown as string;
  const alias = freeAlias([source, source]);
  assert.match(alias, /^i[\da-z_]{5}$/);
  assert.ok(!text.includes(alias));
  assert.equal(reads, 3);
});

test('freeAlias sees an alias that begins within another word', () => {
  const alias = freeAlias(['imp__0', 'iiimp__1 xxiimp__2']);
  assert.equal(alias, 'imp__3');
});

test('prepare guards the top level of a module that may be required', () => {
  const guarded = (source: string): string => {
    const language = languageOf('a.mjs');
    const result = prepare(source, 'a.mjs', language, 'imp___', { ...options, mayRequire: true });
    assert.ok(!('message' in result), 'the source parses');
    return result.code.slice(result.prefixLength).replace(/\n;imp___U\.done\(\)$/, '');
  };
  for (const [source, code] of [
    ['f()', 'try{f()}catch(imp___X){imp___.fail(imp___X)}'],
    ['if (a) throw b', 'try{if (a) throw b}catch(imp___X){imp___.fail(imp___X)}'],
    [
      'export const a = f(), b = 1, c = () => 1',
      'export const a = imp___.call(()=>(f())), b = 1, c = () => 1',
    ],
    ['export default (a, b)', 'export default (imp___.call(()=>(a, b)))'],
    ['export default class {}', 'export default class {}'],
    ['function f() {} class A {}', 'function f() {} class A {}'],
    ['await f()', 'await f()'],
  ] as const) {
    assert.equal(guarded(source), code);
  }
});
