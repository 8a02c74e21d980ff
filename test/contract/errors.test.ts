import { forEachEngine, type Suite } from './contract.support.ts';
import type { Run, RunError } from '@castellan/protocol';
import assert from 'node:assert/strict';

/** What must be an error inside of another. */
function innerError(value: unknown): RunError {
  assert.ok(typeof value === 'object' && value !== null && 'stack' in value);
  return value as RunError;
}

/** Held by the browser sandbox too: `test/browser-sandbox`. */
export const errorsSuite: Suite = ({ engine, cases, sandboxForFile }) => {
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
      name: 'a cause is an error with its own place, whatever the depth',
      source: `const inner = Object.assign(new TypeError('inner', { cause: 'disk' }), { code: 'E_IN' });
throw Object.assign(new Error('outer', { cause: inner }), { code: 7, extra: { a: 1 } });`,
      reason: 'uncaught_exception',
      at: 'script.js:2:21',
      check: ({ error }) => {
        assert.equal(error?.code, 7);
        assert.match(error?.stack ?? '', /extra: \{ a: 1 \}/);
        const { stack, ...cause } = innerError(error?.cause);
        assert.match(stack, /^TypeError: inner\n    at .*script\.js:1:29/);
        const place = { file: 'script.js', line: 1, column: 29 };
        const told = { name: 'TypeError', message: 'inner', code: 'E_IN', cause: 'disk' };
        assert.deepEqual(cause, { ...told, ...place });
      },
    },
    ...(
      [
        [`{ status: 404, body: ['a', { b: null }] }`, { status: 404, body: ['a', { b: null }] }],
        [`0`, 0],
        [`null`, null],
        [`false`, false],
        [`new Map([[1, 2]])`, 'Map(1) { 1 => 2 }'],
        [`Symbol('s')`, 'Symbol(s)'],
        [`10n`, '10n'],
        [`() => 1`, '[Function: cause]'],
        [`Array.from({ length: 11 }, (_, i) => i)`, /^\[\s+0, 1, 2/],
        [`{ a: { b: { c: { d: { e: { f: 1 } } } } } }`, '{ a: { b: { c: [Object] } } }'],
        [`'x'.repeat(1e6)`, /^x{4096}$/],
      ] as const
    ).map(([cause, expected]) => ({
      name: `a cause that is no error is JSON or what the console shows: ${cause}`,
      source: `throw new Error('e', { cause: ${cause} })`,
      reason: 'uncaught_exception' as const,
      check: ({ error }: Run) => {
        if (expected instanceof RegExp) assert.match(`${error?.cause as string}`, expected);
        else assert.deepEqual(error?.cause, expected);
      },
    })),
    {
      name: 'an error without cause, code and errors has no such fields',
      source: 'throw new Error("e", { cause: undefined })',
      reason: 'uncaught_exception',
      check: ({ error }) =>
        assert.deepEqual(Object.keys(error ?? {}), [
          'name',
          'message',
          'stack',
          'file',
          'line',
          'column',
        ]),
    },
    {
      name: 'an AggregateError has the errors that it gathers',
      source:
        "await Promise.any([Promise.reject(new Error('first down')), Promise.reject(new TypeError('second down')), Promise.reject(3)])",
      reason: 'uncaught_exception',
      message: 'All promises were rejected',
      check: ({ error }) => {
        const [first, second, ...others] = error?.errors ?? [];
        assert.equal(innerError(first).message, 'first down');
        const { name, message } = innerError(second);
        assert.deepEqual([name, message], ['TypeError', 'second down']);
        assert.deepEqual(others, [3]);
      },
    },
    {
      name: 'a SuppressedError has both of its errors',
      source: `{
  using a = { [Symbol.dispose]() { throw new Error('in dispose'); } };
  throw new RangeError('in body');
}`,
      reason: 'uncaught_exception',
      check: ({ error }) => {
        assert.equal(error?.name, 'SuppressedError');
        const told = error?.errors?.map((one) => [innerError(one).name, innerError(one).message]);
        assert.deepEqual(told, [
          ['Error', 'in dispose'],
          ['RangeError', 'in body'],
        ]);
      },
    },
    {
      name: 'an unhandled rejection keeps what is inside of it',
      source: `export default async () => {
  void Promise.reject(Object.assign(new TypeError('lost', { cause: new Error('why') }), { code: 'E_L' }));
  await new Promise((resolve) => setTimeout(resolve, 10_000));
};`,
      reason: 'uncaught_exception',
      check: ({ error }) => {
        assert.deepEqual([error?.name, error?.message, error?.code], ['TypeError', 'lost', 'E_L']);
        assert.equal(innerError(error?.cause).message, 'why');
      },
    },
    {
      name: 'an error at the top of a module keeps what is inside of it',
      source: `throw Object.assign(new TypeError('top', { cause: [1] }), { code: 'E_T' }); export {};`,
      reason: 'uncaught_exception',
      check: ({ error }) => {
        assert.deepEqual([error?.name, error?.code, error?.cause], ['TypeError', 'E_T', [1]]);
      },
    },
    {
      name: 'errors inside of errors are told five deep and ten wide, and no further',
      source: `const wide = () => Array.from({ length: 1_000 }, (_, i) => new Error('e' + i, { cause: new Error('c') }));
let error = new AggregateError(wide(), 'deepest');
for (let i = 0; i < 20; i++) error = new AggregateError([error, ...wide()], 'level ' + i);
throw error;`,
      reason: 'uncaught_exception',
      check: ({ error }) => {
        let deepest = 0;
        const look = (value: unknown, depth: number): void => {
          const { cause, errors = [] } = (value ?? {}) as Partial<RunError>;
          deepest = Math.max(deepest, depth);
          assert.ok(errors.length <= 10);
          for (const one of [...errors, ...(cause === undefined ? [] : [cause])])
            look(one, depth + 1);
        };
        look(error, 0);
        assert.equal(deepest, 5);
        assert.equal(error?.errors?.length, 10);
        assert.ok(JSON.stringify(error).length < 300_000);
      },
    },
    {
      name: 'an error that is its own cause ends there',
      source:
        "const a = new Error('a'); const b = new Error('b', { cause: a }); a.cause = b; throw a",
      reason: 'uncaught_exception',
      check: ({ error }) => {
        const b = innerError(error?.cause);
        assert.deepEqual([b.message, b.cause], ['b', '[Circular]']);
      },
    },
    ...[
      `Object.defineProperty(e, 'cause', { get() { throw 1; } })`,
      `Object.defineProperty(e, 'cause', { get: () => Object.assign(new Error('again'), {}) })`,
      `Object.defineProperty(e, 'code', { get() { throw e; } })`,
      `Object.defineProperty(e, 'errors', { value: new Proxy([1, 2], { get() { throw 2; } }) })`,
      `e.errors = { length: 1e9 }`,
      `e.errors = new Array(4e9 >>> 1)`,
      `{ const r = Proxy.revocable(new Error('r'), {}); r.revoke(); e.cause = r.proxy; e.errors = [r.proxy]; }`,
      `e.cause = new Proxy({}, { ownKeys() { throw 3; } })`,
      `e.code = { toString() { throw 4; } }`,
      `e.code = NaN`,
      `globalThis.Error = function () {}; Object.defineProperty(Object.prototype, 'cause', { value: 'planted' })`,
      // Node itself needs these.
      ...(engine === 'isolate'
        ? [
            `Object.prototype.toJSON = () => 'forged'; e.cause = { a: 1 }`,
            `Array.prototype[Symbol.iterator] = null; e.errors = [1, 2]`,
            `Object.defineProperty(Array.prototype, '0', { set() { throw 5; } }); e.errors = [1]`,
          ]
        : []),
    ].map((hostile) => ({
      name: `an error with hostile parts is survived: ${hostile}`,
      source: `const e = new Error('hostile'); ${hostile}; throw e`,
      reason: 'uncaught_exception' as const,
      message: 'hostile',
    })),
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
};

if (import.meta.main) forEachEngine(errorsSuite);
