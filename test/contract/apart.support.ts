// What one run may leave, and the next look for: a row each.
import type { EngineName, Json, Reuse } from '@castellan/protocol';
import { createSandbox, type Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

interface Row {
  /** Statements of the first run, and of the second, whose value says what it has found. */
  readonly leave: string;
  readonly look: string;
  /** What there is to be found in a world of its own. */
  readonly finds: Json;
  readonly files?: Readonly<Record<string, string>>;
}

/** In the memory of a run of these limits there is room for one of these, and not for two. */
const large = 40 * 2 ** 20;
const limits = { memoryBytes: 64 * 2 ** 20 };

const rows: Readonly<Record<string, Row>> = {
  'the global scope': {
    leave: 'globalThis.secret = 1; globalThis.console = null; var declared = 1; undeclared = 1;',
    look: 'return [typeof secret, typeof console, typeof declared, typeof undeclared, Object.keys(globalThis).includes("secret")]',
    finds: ['undefined', 'object', 'undefined', 'undefined', false],
  },
  prototypes: {
    leave: `Object.prototype.secret = 1; Array.prototype.map = () => 'secret'; Promise.prototype.then = () => 'secret';
      String.prototype.at = () => 'secret'; Error.prototype.secret = 1; Symbol.prototype.secret = 1;
      Object.setPrototypeOf(Function.prototype, { secret: 1 });`,
    look: `return [({}).secret ?? null, [1].map((n) => n), await Promise.resolve(1), 'a'.at(0), new Error().secret ?? null,
      Symbol.iterator.secret ?? null, (() => 0).secret ?? null]`,
    finds: [null, [1], 1, 'a', null, null, null],
  },
  'functions of the platform': {
    leave: `JSON.parse = () => 'secret'; Math.random = () => 'secret'; Date.now = () => 'secret'; fetch = () => 'secret';
      URL.prototype.toString = () => 'secret'; crypto.randomUUID = () => 'secret'; structuredClone = () => 'secret';`,
    look: `return [JSON.parse('1'), typeof Math.random(), typeof Date.now(), fetch.name, new URL('a:b').toString(),
      crypto.randomUUID().length, structuredClone(1)]`,
    finds: [1, 'number', 'number', 'fetch', 'a:b', 36, 1],
  },
  'modules of the script': {
    leave: "const lib = require('./lib.js'); lib.count(); lib.bag.secret = 1;",
    look: "const lib = require('./lib.js'); return [lib.count(), lib.bag.secret ?? null]",
    finds: [1, null],
    files: { 'lib.js': 'let n = 0; exports.count = () => ++n; exports.bag = {};' },
  },
  'ES modules, and what import() gives': {
    leave:
      "const lib = await import('./lib.mjs'); lib.count(); lib.bag.secret = 1; lib.meta.secret = 1;",
    look: "const lib = await import('./lib.mjs'); return [lib.count(), lib.bag.secret ?? null, lib.meta.secret ?? null]",
    finds: [1, null, null],
    files: {
      'lib.mjs':
        'let n = 0; export const count = () => ++n; export const bag = {}; export const meta = import.meta;',
    },
  },
  'a module that has thrown': {
    leave: "globalThis.throws = true; try { require('./throws.js') } catch {}",
    look: "return require('./throws.js')",
    finds: 'loaded',
    files: {
      'throws.js': "if (globalThis.throws) throw new Error('secret'); module.exports = 'loaded';",
    },
  },
  'JSON files': {
    leave: "require('./data.json').secret = 1",
    look: "return require('./data.json')",
    finds: { a: 1 },
    files: { 'data.json': '{"a":1}' },
  },
  packages: {
    leave:
      "require('dayjs').secret = 1; require('dayjs').extend((_, Class) => { Class.prototype.secret = 1 });",
    look: "const dayjs = require('dayjs'); return [dayjs.secret ?? null, dayjs().secret ?? null]",
    finds: [null, null],
  },
  'built-ins of Node': {
    leave: "require('node:url').secret = 1; require('node:path').join = () => 'secret';",
    look: "return [require('node:url').secret ?? null, require('node:path').join('a', 'b')]",
    finds: [null, 'a/b'],
  },
  timers: {
    leave:
      "setInterval(() => console.log('secret'), 1); setTimeout(() => console.log('secret'), 5);",
    look: 'await new Promise((done) => setTimeout(done, 30)); return "waited"',
    finds: 'waited',
  },
  'promises that are not finished': {
    leave: `const say = () => console.log('secret');
      artifacts.write('a', 'b').then(say); crypto.subtle.digest('SHA-256', new Uint8Array(2 ** 20)).then(say);
      fetch('http://none.example').catch(say); new Promise(() => {}).then(say);`,
    look: 'await artifacts.write("c", "d"); await new Promise((done) => setTimeout(done, 30)); return "waited"',
    finds: 'waited',
  },
  'what the collector calls': {
    leave: `globalThis.registry = new FinalizationRegistry(() => console.log('secret'));
      for (let n = 0; n < 1_000; n++) registry.register({}, n);`,
    look: `for (let n = 0; n < 200; n++) { new Array(10_000).fill({}); if (n % 20 === 0) await new Promise((done) => setTimeout(done, 1)); }
      return 'waited'`,
    finds: 'waited',
  },
  'listeners of events': {
    leave: `globalThis.addEventListener?.('error', () => console.log('secret')); globalThis.addEventListener?.('unhandledrejection', () => console.log('secret'));`,
    look: 'return globalThis.onerror ?? null',
    finds: null,
  },
  'stack traces': {
    leave:
      "Error.prepareStackTrace = () => 'secret'; Error.stackTraceLimit = 0; globalThis.f = function secret() { throw new Error() };",
    look: `let stack = ''; try { null.x } catch (error) { stack = error.stack }
      return [/main\\.js/.test(stack), /secret/.test(stack), Error.stackTraceLimit > 0]`,
    finds: [true, false, true],
  },
  'the last match of a regular expression': {
    leave: "/(secret)/.exec('a secret')",
    look: 'return `${RegExp.$1} ${RegExp.input} ${RegExp.lastMatch}`.includes("secret")',
    finds: false,
  },
  'parameters, and what the caller gave': {
    leave: 'globalThis.kept = params',
    look: 'return [params.step, stdin, typeof kept]',
    finds: ['look', 'look', 'undefined'],
  },
  'random numbers': {
    leave: 'console.log(String(Math.random()))',
    look: 'console.log(String(Math.random()))',
    finds: null,
  },
  memory: {
    leave: `globalThis.held = new Uint8Array(${large}).fill(1); return held.length`,
    look: `globalThis.held = new Uint8Array(${large}).fill(2); return held.length`,
    finds: large,
  },
};

/** One script for all rows: whatever any of them has left is in the isolate of the next. */
const source = {
  files: {
    ...Object.fromEntries(Object.values(rows).flatMap(({ files = {} }) => Object.entries(files))),
    'main.js': Object.values(rows)
      .map(
        ({ leave, look }, row) =>
          `if (params.row === ${row}) { if (params.step === 'leave') { ${leave}\n } else { ${look}\n } }`,
      )
      .join('\n'),
  },
  entry: 'main.js',
};

/**
 * What one run leaves is nothing to the next of the same program, however fresh what runs it is: a process, an
 * isolate, or a context.
 */
export function leaveNothing(engine: EngineName, reuse: Reuse): void {
  describe(`runs of engine ${engine} with reuse ${reuse}`, () => {
    let sandbox: Sandbox;
    before(async () => {
      const modules = ['dayjs', 'node:url', 'node:path'];
      sandbox = await createSandbox({ engine, reuse, modules, limits, warm: 1, concurrency: 1 });
    });
    after(() => sandbox.close());

    for (const [row, [what, { finds }]] of Object.entries(rows).entries()) {
      test(`leave nothing in ${what}`, async () => {
        const step = (name: string) =>
          sandbox.run(source, {
            tenant: 'a',
            program: 'all-rows',
            params: { step: name, row },
            stdin: name,
          });
        const left = await step('leave');
        assert.equal(left.status, 'succeeded', JSON.stringify(left.error));
        const looked = await step('look');
        assert.equal(looked.status, 'succeeded', JSON.stringify(looked.error));
        assert.equal(looked.isolation.reuse, reuse);
        assert.deepEqual(looked.value, finds);
        const said = looked.logs.map(({ text }) => text);
        if (what !== 'random numbers') assert.deepEqual(said, []);
        else
          assert.notDeepEqual(
            said,
            left.logs.map(({ text }) => text),
          );
      });
    }
  });
}
