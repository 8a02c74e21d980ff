import { forEachEngine } from './contract.support.ts';
import assert from 'node:assert/strict';

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  cases(sandbox, [
    {
      name: 'a thrown value that only looks like an error shows nothing of ours',
      source: 'throw new Proxy(new Error("x"), { get() { throw 1; } })',
      reason: 'uncaught_exception',
      check: ({ error }) => {
        assert.equal(error?.name, 'NonError');
        assert.doesNotMatch(error?.message ?? '', /castellan:/);
      },
    },
    {
      name: 'an unknown name in the last expression has its place',
      source: 'const a = {};\n\n\tnothing.here()',
      reason: 'uncaught_exception',
      message: 'nothing is not defined',
      at: 'script.js:3:2',
    },
    {
      name: 'an unknown name in the only expression has its place',
      source: '  nothing.here()',
      reason: 'uncaught_exception',
      at: 'script.js:1:3',
    },
    {
      name: 'an error has name, message and its place',
      source: '\n  throw new TypeError("bad")',
      reason: 'uncaught_exception',
      message: 'bad',
      at: 'script.js:2:9',
      check: (run) => assert.equal(run.error?.name, 'TypeError'),
    },
    {
      name: 'the place is right in a line that has more than one statement',
      source: 'let x = 1; x.y.z',
      reason: 'uncaught_exception',
      at: 'script.js:1:16',
    },
    {
      name: 'the place is right behind imports on the same line',
      source: {
        files: {
          'main.js': 'import { a } from "./a.js"; import b from "./a.js"; b.c.d',
          'a.js': 'export const a = 1; export default {}',
        },
        entry: 'main.js',
      },
      reason: 'uncaught_exception',
      at: 'main.js:1:57',
    },
    {
      name: 'the place is right on the first line of a module',
      source: 'export default () => { null.x }',
      reason: 'uncaught_exception',
      at: 'script.js:1:29',
    },
    {
      name: 'the place is right behind import() on the first line of a module',
      source: 'const f = () => import("./x.js"); export default () => { null.x }',
      reason: 'uncaught_exception',
      at: 'script.js:1:63',
    },
    {
      name: 'the place is right in TypeScript',
      source: {
        files: {
          'main.ts':
            'type A = {\n  b: string;\n};\nexport default (params: A) => {\n  const x: { y?: { z: number } } = {};\n  return x.y!.z;\n};',
        },
        entry: 'main.ts',
      },
      reason: 'uncaught_exception',
      at: 'main.ts:6:15',
    },
    {
      name: 'the place is in the file that threw',
      source: {
        files: {
          'main.js': 'import { f } from "./lib/f.js"; export default () => f()',
          'lib/f.js': '\nexport const f = () => { throw new Error("deep") }',
        },
        entry: 'main.js',
      },
      reason: 'uncaught_exception',
      message: 'deep',
      at: 'lib/f.js:2:32',
      check: (run) => assert.match(run.error?.stack ?? '', /main\.js:1:54/),
    },
    {
      name: 'the stack shows the user’s files only',
      source: 'function a() { throw new Error("x") }\nconst b = () => [1].map(a);\nawait null; b()',
      reason: 'uncaught_exception',
      check: (run) =>
        assert.doesNotMatch(run.error?.stack ?? '', /castellan|isolated-vm|node_modules|\//),
    },
    {
      name: 'a custom error keeps its name',
      source: 'class MyError extends Error { name = "MyError" } throw new MyError("m")',
      reason: 'uncaught_exception',
      message: 'm',
      check: (run) => assert.equal(run.error?.name, 'MyError'),
    },
    {
      name: 'a cause is shown',
      source: 'throw new Error("outer", { cause: new Error("inner") })',
      reason: 'uncaught_exception',
      check: (run) => assert.match(run.error?.stack ?? '', /\[cause\]: Error: inner/),
    },
    {
      name: 'a thrown object is a NonError with its JSON',
      source: 'throw { code: 42 }',
      reason: 'uncaught_exception',
      message: '{"code":42}',
      check: (run) => assert.equal(run.error?.name, 'NonError'),
    },
    {
      name: 'a thrown string is a NonError with its text',
      source: 'throw "text"',
      reason: 'uncaught_exception',
      message: 'text',
      check: (run) => assert.equal(run.error?.name, 'NonError'),
    },
    {
      name: 'a thrown undefined is told',
      source: 'throw undefined',
      reason: 'uncaught_exception',
      message: 'undefined',
    },
    {
      name: 'a thrown value that is no JSON is shown as text',
      source: 'throw new Map([[1, 2]])',
      reason: 'uncaught_exception',
      message: 'Map(1) { 1 => 2 }',
    },
    {
      name: 'an error with hostile getters is survived',
      source:
        'const e = new Error("x"); Object.defineProperty(e, "message", { get() { throw 1 } }); Object.defineProperty(e, "stack", { get() { while (true) throw e } }); throw e',
      reason: 'uncaught_exception',
    },
    {
      name: 'an error with a symbol for a name is survived',
      source: 'const e = new Error("x"); e.name = Symbol("s"); throw e',
      reason: 'uncaught_exception',
      message: 'x',
    },
    {
      name: 'a giant message is cut',
      source: 'throw new Error("x".repeat(5e6))',
      reason: 'uncaught_exception',
      check: (run) => assert.ok((run.error?.message.length ?? 0) <= 16_384),
    },
    {
      name: 'a syntax error has its place',
      source: 'const a = 1;\nlet b = ;',
      reason: 'syntax_error',
      at: 'script.js:2:9',
      check: (run) => assert.equal(run.error?.name, 'SyntaxError'),
    },
    {
      name: 'a syntax error that only the engine knows has its place',
      source: '\n  let x = 1; { let y; var y; }',
      reason: 'syntax_error',
      at: 'script.js:2:27',
    },
    {
      name: 'strict mode errors of a module have their place',
      source: 'export default 1;\nwith ({}) {}',
      reason: 'syntax_error',
      at: 'script.js:2:1',
    },
    {
      name: 'a syntax error in an imported file has its place there',
      source: {
        files: { 'main.js': 'import "./a.js"; export default 1', 'a.js': 'export const = 1' },
        entry: 'main.js',
      },
      reason: 'syntax_error',
      at: 'a.js:1:14',
    },
    {
      name: 'a syntax error in TypeScript has its place',
      source: { files: { 'main.ts': 'const a: number = 1;\nlet b: = 2' }, entry: 'main.ts' },
      reason: 'syntax_error',
      at: 'main.ts:2:8',
    },
    {
      name: 'too much nesting is a syntax error',
      source: `${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
      reason: 'syntax_error',
    },
  ]);
});
