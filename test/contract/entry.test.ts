import type { Run } from '@castellan/protocol';
import { forEachEngine, type Suite, texts } from './contract.support.ts';
import assert from 'node:assert/strict';

const mjs = (source: string) => ({ files: { 'main.mjs': source }, entry: 'main.mjs' });

/** Held by the browser sandbox too: `test/browser-sandbox`. */
export const entrySuite: Suite = ({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const a = { params: { a: 41 } };

  cases(sandbox, [
    {
      name: 'a default export is called with params and context',
      source:
        'export default async (params, { artifacts, progress, env }) => [params.a, typeof artifacts.write, typeof progress, typeof env]',
      options: a,
      value: [41, 'function', 'function', 'object'],
    },
    {
      name: 'a default export that is no function is the value',
      source: 'export default { x: [1] }',
      value: { x: [1] },
    },
    {
      name: 'an exported execute is called when there is no default',
      source: 'export async function execute({ a }) { return a }',
      options: a,
      value: 41,
    },
    {
      name: 'a default export goes before an exported execute',
      source: 'export default 1; export function execute() { return 2 }',
      value: 1,
    },
    {
      name: 'a default export of undefined is null',
      source: 'export default undefined',
      value: null,
    },
    {
      name: 'a module without default and execute has no entry',
      source: 'export const x = 1',
      reason: 'no_entry',
      message: "the function 'execute' could not be found",
    },
    {
      name: 'a module awaits at its top level',
      source: 'const x = await new Promise((r) => setTimeout(r, 5, 7)); export default () => x',
      value: 7,
    },
    {
      name: 'a module is strict and has no this',
      source: 'export default [typeof this, (function () { return this === undefined })()]',
      value: ['undefined', true],
    },
    {
      name: 'the word export in a string or comment makes no module',
      source: '// export default 1\n"export default 2"',
      value: 'export default 2',
    },
    {
      name: 'a function named execute is called with params',
      source: 'async function execute({ a }) { return a + 1 }',
      options: a,
      value: 42,
    },
    {
      name: 'a constant named execute is called too',
      source: 'const execute = ({ a }) => a + 1',
      options: a,
      value: 42,
    },
    {
      name: 'execute gets the context as its second argument',
      source: 'function execute(p, context) { return Object.keys(context).sort() }',
      value: ['artifacts', 'env', 'files', 'progress', 'stdin'],
    },
    {
      name: 'module.exports that is a function is called',
      source: 'module.exports = async (params) => params.a',
      options: a,
      value: 41,
    },
    {
      name: 'module.exports that is a value is the value',
      source: 'module.exports = { y: 2 }; "not this"',
      value: { y: 2 },
    },
    {
      name: 'exports.default that is a function is called',
      source: 'exports.default = (params) => params.a',
      options: a,
      value: 41,
    },
    {
      name: 'a top-level return goes before module.exports',
      source: 'module.exports = () => 1; return 2',
      value: 2,
    },
    {
      name: 'module.exports goes before execute',
      source: 'function execute() { return 1 }; module.exports = () => 2',
      value: 2,
    },
    {
      name: 'execute goes before the last expression',
      source: 'function execute() { return 1 }; 2',
      value: 1,
    },
    { name: 'the last expression is the value', source: 'const x = 20;\nx + 1;\nx + 2', value: 22 },
    {
      name: 'the last expression counts when declarations follow',
      source: 'x() + 1; function x() { return 1 }',
      value: 2,
    },
    {
      name: 'the last expression may stand on the line of the one before',
      source: 'let x = 1; x += 1; x * 10',
      value: 20,
    },
    {
      name: 'the last expression may be an object in parentheses',
      source: '({ a: 1 })',
      value: { a: 1 },
    },
    { name: 'the last expression may be followed by a comment', source: '1 + 1 // two', value: 2 },
    {
      name: 'the last expression may come after comments',
      source: '/* one\n two */ // three\n 5',
      value: 5,
    },
    { name: 'the last expression may be a comma list', source: '1, 2', value: 2 },
    {
      name: 'a promise as the last expression is awaited',
      source: '(async () => { await null; return "tutorial" })()',
      value: 'tutorial',
    },
    {
      name: 'await works at the top level of plain statements',
      source: 'const x = await Promise.resolve(4); return x',
      value: 4,
    },
    {
      name: 'a bare return gives null',
      source: 'if (params.a) return;\n5',
      options: a,
      value: null,
    },
    {
      name: 'a return that is not reached gives way to the last expression',
      source: 'if (params.a === 0) return 1;\n5',
      options: a,
      value: 5,
    },
    {
      name: 'statements without an expression give null',
      source: 'for (const x of [1]) if (x) { let y = x }',
      value: null,
    },
    ...[
      '',
      '// nothing',
      '"use strict"',
      "'use client'; 'use strict'; class A {}",
      "import './other.js'",
      'function f() {} class C {}',
      'const f = async () => 1, g = function () {}, C = class {};',
      'exports.other = () => 1; module.exports.C = class {};',
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.a = exports.b = void 0; const a = () => 1; exports.a = a;',
      'export const x = 1',
      'export function f() {} export class C {} export { f as g }',
      'export * from "./other.js"',
    ].map((source) => ({
      name: `there is no entry in: ${source}`,
      source: { files: { 'a.js': source, 'other.js': 'exports.x = 1' }, entry: 'a.js' },
      reason: 'no_entry' as const,
      message: "the function 'execute' could not be found",
    })),
    { name: '.mjs that is empty has no entry', source: mjs(''), reason: 'no_entry' },
    ...[
      'let x',
      'const x = 1; function f() {} class C {}',
      "const r = console.log('hi');",
      "const { a } = { a: console.log('hi') };",
      "if (true) console.log('hi');",
      'export {}; for (const x of [1]) x;',
      'export const x = 1; if (x) globalThis.y = x;',
    ].map((source) => ({ name: `null is the value of: ${source}`, source, value: null })),
    ...['const x = 1;', "console.log('hi')", 'const r = await 1;'].map((source) => ({
      name: `null is the value of an .mjs: ${source}`,
      source: mjs(source),
      value: null,
      check: (run: Run) =>
        assert.deepEqual(
          texts(run).filter((text) => text !== 'hi'),
          [],
        ),
    })),
    {
      name: 'a directive holds for the body',
      source: '"use strict"; (function () { return this === undefined })()',
      value: true,
    },
    { name: 'plain statements are sloppy', source: 'undeclared = 5; undeclared', value: 5 },
    {
      name: 'a script may declare params and the other names itself',
      source:
        'const params = 1, artifacts = 2, progress = 3, console = 4, require = 5, module = 6, exports = 7; return [params, artifacts, progress, console, require, module, exports]',
      value: [1, 2, 3, 4, 5, 6, 7],
    },
    { name: 'params are an empty object when none are given', source: 'params', value: {} },
    {
      name: 'env holds the strings of the run',
      source: 'env.NAME',
      options: { env: { NAME: 'x' } },
      value: 'x',
    },
    {
      name: 'a byte-order mark and a #! line are fine',
      source: '\ufeff#!/usr/bin/env node\n1 + 1',
      value: 2,
    },
    {
      name: 'the text of a function is what the user wrote',
      source: 'const f = () => import("./x.js"); String(f)',
      value: '() => import("./x.js")',
    },
    {
      name: 'logs keep their order and level',
      source: 'console.log("a"); console.warn("b"); console.error("c"); console.debug("d"); 1',
      value: 1,
      check: (run) => {
        assert.deepEqual(
          run.logs.map(({ level, stream, text }) => [level, stream, text]),
          [
            ['info', 'stdout', 'a'],
            ['warn', 'stderr', 'b'],
            ['error', 'stderr', 'c'],
            ['debug', 'stdout', 'd'],
          ],
        );
        assert.deepEqual(
          run.logs.map(({ seq }) => seq),
          [2, 3, 4, 5],
        );
      },
    },
  ]);

  const typed = (source: string) => ({ files: { 'main.ts': source }, entry: 'main.ts' });
  cases(sandbox, [
    {
      name: 'TypeScript: a default export',
      source: typed(
        'interface P { a: number }\nexport default async function (params: P): Promise<number> { return params.a as number }',
      ),
      options: a,
      value: 41,
    },
    {
      name: 'TypeScript: a function named execute',
      source: typed(
        'async function execute({ a }: { a: number }): Promise<number> { return a! + 1 }',
      ),
      options: a,
      value: 42,
    },
    {
      name: 'TypeScript: module.exports',
      source: typed('module.exports = async (params: { a: number }) => params.a'),
      options: a,
      value: 41,
    },
    {
      name: 'TypeScript: plain statements with a top-level return',
      source: typed(
        'const x: number = params.a;\nif (x > 100) return;\nif (x > 40) { return x satisfies number }\nreturn 0 as number',
      ),
      options: a,
      value: 41,
    },
    {
      name: 'TypeScript: the last expression',
      source: typed('type T = string;\nlet x: T = "s";\nx as T'),
      value: 's',
    },
    {
      name: 'TypeScript: await and return together',
      source: typed('const x: number = await Promise.resolve(3); return x'),
      value: 3,
    },
    {
      name: 'text that is no JavaScript is tried as TypeScript',
      source: 'const x: number = 5; return x',
      value: 5,
    },
    {
      name: 'text that is both is JavaScript',
      source: 'const f = 1, a = 2, b = 3, c = 4; [f < a, b > (c)]',
      value: [true, false],
    },
    {
      name: 'a .js file is never TypeScript',
      source: { files: { 'main.js': 'const x: number = 5' }, entry: 'main.js' },
      reason: 'syntax_error',
      at: 'main.js:1:7',
    },
    {
      name: '.mts is a module',
      source: { files: { 'main.mts': 'const x: number = 1; export default x' }, entry: 'main.mts' },
      value: 1,
    },
  ]);

  cases(sandbox, [
    {
      name: 'the end of the entry ends the run; pending timers are dropped with one warning',
      source: 'setInterval(() => console.log("no"), 50); setTimeout(() => {}, 1e6); return 1',
      value: 1,
      check: (run) => {
        assert.equal(run.logs.length, 1);
        assert.equal(run.logs[0]?.level, 'warn');
        assert.match(texts(run)[0] ?? '', /2 timers/);
      },
    },
    {
      name: 'an unhandled rejection before the end ends the run',
      source:
        'Promise.reject(new TypeError("lost"));\nawait new Promise((r) => setTimeout(r, 500)); return 1',
      reason: 'uncaught_exception',
      message: 'lost',
      at: 'script.js:1:16',
    },
    {
      name: 'a rejection that is handled in time ends nothing',
      source: 'const p = Promise.reject(1); p.catch(() => {}); await p.catch(() => {}); 7',
      value: 7,
    },
    {
      name: 'an error in a timer ends the run',
      source:
        'setTimeout(() => { throw new RangeError("timer") }, 1);\nawait new Promise(() => {})',
      reason: 'uncaught_exception',
      message: 'timer',
      at: 'script.js:1:26',
    },
    {
      name: 'an error in queueMicrotask ends the run',
      source:
        'queueMicrotask(() => { throw new Error("micro") }); await new Promise((r) => setTimeout(r, 200)); 1',
      reason: 'uncaught_exception',
      message: 'micro',
    },
  ]);
};

if (import.meta.main) forEachEngine(entrySuite);
