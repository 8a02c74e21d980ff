// Which function of a script is called, in all the shapes in which people write one.
import assert from 'node:assert/strict';
import type { Json } from '@castellan/protocol';
import { type Case, forEachEngine, texts } from './contract.support.ts';

/** Files beside the script under test. */
const files = {
  'lib.cjs': 'exports.execute = async (p) => ["lib", p.a]; exports.other = 1;',
  'lib.mjs': 'export const execute = async (p) => ["lib", p.a]; export default execute;',
};
const lib = ['lib', 41];

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const nested = (open: string, inner: string, close: string, levels: number): string =>
    open.repeat(levels) + inner + close.repeat(levels);
  const row = (source: string, value: Json, entry = 'main.js'): Case => ({
    name: `${entry}: ${source}`,
    source: { files: { ...files, [entry]: source }, entry },
    options: { params: { a: 41 } },
    value,
    check: (run) =>
      assert.deepEqual(
        texts(run).filter((text) => text !== 'ran'),
        [],
      ),
  });

  cases(sandbox, [
    // Assigned objects.
    row('module.exports = { execute: ({ a }) => a }', 41),
    row('module.exports = { x: 5, execute() { return this.x } }', 5),
    row('exports.execute = ({ a }) => a; exports.other = 1', 41),
    row('module.exports.execute = ({ a }, { env }) => [a, env]', [41, {}]),
    row('exports.default = { execute: ({ a }) => a }', 41),
    row('exports.__esModule = true; exports.default = ({ a }) => a', 41),
    row('module.exports = { __esModule: true, default: ({ a }) => a }', 41),
    row('module.exports = { __esModule: true, default: { x: 1 } }', {
      __esModule: true,
      default: { x: 1 },
    }),
    row('module.exports = { default: 1 }', { default: 1 }),
    row('module.exports = class {}.prototype; module.exports.execute = () => 3', 3),
    row('exports.handler = async (event) => event.a', 41),
    row('module.exports = { handler: (event) => event.a }', 41),
    row('export const handler = async (event) => event.a', 41),
    row('exports.handler = 1; "last"', 'last'),
    row('exports.handler = () => 1; exports.execute = () => 2', 2),
    row('function execute() { return 1 } exports.execute = () => 2', 2),
    // Names that come from elsewhere.
    row("const { execute } = require('./lib.cjs')", lib),
    row('const { other: [execute] } = { other: [({ a }) => a] }', 41),
    row('const { execute = ({ a }) => a } = {}', 41),
    row("const { execute } = await import('./lib.mjs')", lib),
    row("import { execute } from './lib.mjs'", lib),
    row("import { execute } from './lib.cjs'", lib),
    row("import execute from './lib.mjs'", lib),
    row("import { default as execute } from './lib.mjs'; console.log('ran')", lib),
    row('let execute; execute = ({ a }) => a', 41),
    row('if (params.a) { var execute = ({ a }) => a }', 41),
    row('const execute = 5; "last"', 'last'),
    row('let execute;', null),
    // Called by the script itself.
    row("async function execute() { console.log('ran'); return 7 } await execute();", 7),
    row(
      "function execute() { console.log('ran'); return 7 } function main() { return execute() } main()",
      7,
    ),
    row('const execute = () => 7; const x = execute(); x + 1', 8),
    row('const execute = () => 7; const x = execute();', null),
    row('const execute = () => 7; execute.call(null)', 7),
    row('async function execute() { return 7 } execute().then((x) => x + 1)', 8),
    row("import { execute } from './lib.mjs'; execute(params)", lib),
    // Called, but not the script's own, or not from outside of it.
    row(
      'function execute(p, context, n = 2) { return n === 0 ? 7 : execute(p, context, n - 1) }',
      7,
    ),
    row('const execute = () => 7; ((execute) => execute())(() => 8)', 7),
    row('const execute = () => 7; const o = { execute: () => 8 }; o.execute()', 7),
    row('const execute = () => 7; { const execute = () => 8; execute() }', 7),
    row('const execute = () => 7; [1].map(execute)', 7),
    // Directives.
    row("'use client'; 'use strict'; function execute() { return typeof this }", 'undefined'),
    row('\'use client\';\n"use strict";\n(function () { return typeof this })()', 'undefined'),
    row("'any text'; 'use strict'; const f = function () { return typeof this }; f()", 'undefined'),
    row("'any text'; function f() {}", 'any text'),
    // Sources nest as deeply as V8 takes them.
    row(`let a = ${nested('[', '', ']', 2_000)}; let n = 0; while (a) { a = a[0]; n++ } n`, 2_000),
    row(
      `let a = ${nested('{ a: ', '0', '}', 1_000)}; let n = 0; while (a) { a = a.a; n++ } n`,
      1_000,
    ),
    row(nested('(', '7', ')', 1_000), 7),
    row(nested('`${', '7', '}`', 500), '7'),
    row(Array.from({ length: 10_000 }, () => '1').join('+'), 10_000),
    // Whatever the engine would run.
    row('--> a comment\n5', 5),
    row('/* a */ --> a comment\n5', 5),
    row('<!-- a comment\n5', 5),
    row('var await = 2; await + 1', 3),
    row('function await(x) { return x } return await(4)', 4),
    row('await: for (;;) break await;\n5', 5),
    row(
      'try { (() => { f() = 1 })() } catch (e) { e.name } function f() {}\nlet n; try { f() = 1 } catch (e) { n = e.name }\nn',
      'ReferenceError',
    ),
    row('let n; try { f()++ } catch (e) { n = e.name } n; function f() {}', 'ReferenceError'),
    row('(class { static x = this.name }).x', ''),
    row('arguments.length', 0),
  ]);

  cases(sandbox, [
    {
      name: 'a class is no entry, and the message says what is',
      source: 'export default class Main {}',
      reason: 'no_entry',
      message:
        'The default export is a class; a function is expected, as in: async (params, context) => …',
    },
    {
      name: 'a class that is assigned is no entry either',
      source: 'module.exports = class {}',
      reason: 'no_entry',
      message: /^module\.exports is a class; a function is expected/,
    },
    {
      name: 'nor is one that is called execute',
      source: 'class execute {}',
      reason: 'no_entry',
      message: /^execute is a class; a function is expected/,
    },
    {
      name: 'a frozen function is no class',
      source: 'module.exports = Object.freeze(function () { return 1 })',
      value: 1,
    },
    {
      name: 'a generator gives no value, and the message says how to',
      source: 'export default function* () { yield 1 }',
      reason: 'value_not_serializable',
      message: 'value is a Generator, which JSON cannot carry: write [...generator]',
    },
    {
      name: 'an execute that is a generator is refused in the same way',
      source: 'async function* execute() { yield 1 }',
      reason: 'value_not_serializable',
      message: /^value is an AsyncGenerator, .*Array\.fromAsync/,
    },
    {
      name: 'an object with fetch is for HTTP functions',
      source: 'export default { fetch: () => new Response("x") }',
      reason: 'value_not_serializable',
      message: /^The default export is an object with fetch, which an HTTP function serves; /,
    },
    {
      name: 'the same assigned',
      source: 'module.exports = { fetch() {} }',
      reason: 'value_not_serializable',
      message: /^module\.exports is an object with fetch, which an HTTP function serves; /,
    },
    {
      name: 'a default object without fetch is a value',
      source: 'export default { execute() {} }',
      reason: 'value_not_serializable',
      message: /^value\.execute is a function/,
    },
  ]);
});
