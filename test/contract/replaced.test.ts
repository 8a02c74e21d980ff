// A script may replace every built-in: it then breaks itself, but neither its run nor what is said of it.
import assert from 'node:assert/strict';
import type { EngineName } from '@castellan/protocol';
import { forEachEngine, texts } from './contract.support.ts';

/** Objects whose methods are replaced, all of an object at once. */
const holders = [
  'Array',
  'Array.prototype',
  'Object.getPrototypeOf([].values())',
  'Object.getPrototypeOf(Object.getPrototypeOf([].values()))',
  'ArrayBuffer',
  'ArrayBuffer.prototype',
  'Object.getPrototypeOf(async function () {}).constructor',
  'BigInt.prototype',
  'DataView.prototype',
  'Date',
  'Date.prototype',
  'Error',
  'Error.prototype',
  'Function.prototype',
  'Object.getPrototypeOf(function* () {}).prototype',
  'JSON',
  'Map.prototype',
  'Math',
  'Number',
  'Number.prototype',
  'Object',
  'Object.prototype',
  'Promise',
  'Promise.prototype',
  'Reflect',
  'RegExp.prototype',
  'Set.prototype',
  'String',
  'String.prototype',
  'Symbol.prototype',
  'Object.getPrototypeOf(Uint8Array)',
  'Object.getPrototypeOf(Uint8Array.prototype)',
  'WeakMap.prototype',
  'WeakRef.prototype',
  'TextEncoder.prototype',
  'TextDecoder.prototype',
  'URL.prototype',
  'globalThis',
] as const;

/** Of Node alone. */
const nodeHolders = ['Buffer', 'Buffer.prototype', 'process', "require('events').prototype"];

/**
 * Replaces all methods by others that throw; but Node itself needs Array's `pop` for each callback. All are looked
 * at before: for some of the global ones Node loads code of its own then, which needs the others as they are.
 */
const replace = (holder: string, engine: EngineName): string => `
const { getOwnPropertyDescriptor, defineProperty, ownKeys } = Reflect;
const holder = ${holder}, keys = ownKeys(holder), log = console.log, { error } = console;
const properties = keys.map((key) => getOwnPropertyDescriptor(holder, key));
const own = globalThis;
for (let at = 0; at < keys.length; at++) {
  const key = keys[at];
  if (key === 'constructor' || spared(key) || key === 'prepareStackTrace' || (holder === own && kept(key))) continue;
  const property = properties[at];
  if (!property.configurable) continue;
  const thrower = function () { throw 'replaced ' + (typeof key === 'symbol' ? 'symbol' : key); };
  if (typeof property.value !== 'function') continue;
  property.value = thrower;
  defineProperty(holder, key, property);
}
function spared(key) { return ${engine === 'node' && holder === 'Array.prototype'} && key === 'pop'; }
function kept(key) { return key === 'console' || key === 'globalThis' || key === 'take' || key === 'artifacts' || key === 'progress'; }
`;

forEachEngine(({ engine, contract, sandboxForFile }) => {
  const sandbox = sandboxForFile({
    helpers: { take: (value: number) => ({ twice: value * 2 }) },
    concurrency: 2,
    warm: 2,
    modules: engine === 'node' ? ['node:*'] : [],
    limits: { wallMs: 5_000 },
  });
  const all = [...holders, ...(engine === 'node' ? nodeHolders : [])];
  for (const holder of all) {
    contract(`the methods of ${holder} may be replaced`, async () => {
      const works = await sandbox().run(
        `${replace(holder, engine)}
log('line');
const { twice } = await take(21);
return { a: [1, 'x', null], twice };`,
      );
      assert.equal(works.reason, null, `${works.error?.message}\n${works.error?.stack}`);
      assert.deepEqual(works.value, { a: [1, 'x', null], twice: 42 });
      assert.deepEqual(texts(works), ['line']);
      const fails = await sandbox().run(
        `${replace(holder, engine)}\nfunction f() { null.mine }\nf();`,
      );
      assert.equal(fails.reason, 'uncaught_exception', fails.error?.message);
      assert.match(fails.error?.message ?? '', /null \(reading 'mine'\)/);
      assert.deepEqual(
        [fails.error?.name, fails.error?.file, fails.error?.line],
        ['TypeError', 'script.js', 19],
      );
    });
  }

  for (const replacing of [
    'const o = JSON.stringify; JSON.stringify = (v) => o({ json: v })',
    'JSON.parse = () => ({})',
    'globalThis.Promise = class {}',
    'globalThis.JSON = globalThis.Reflect = globalThis.Math = {}',
    'globalThis.Error = function () {}; globalThis.Map = globalThis.WeakMap = globalThis.Set = 1',
    'Promise.prototype.constructor = class {}',
    'Object.prototype.get = Object.prototype.set = () => 1',
    'Object.prototype.value = Object.prototype.enumerable = Object.prototype.message = 1',
    'Object.defineProperty(Object.prototype, "ok", { set() { throw 1 } })',
    'Object.defineProperty(Array.prototype, 0, { configurable: true, set() { throw 1 }, get: () => 2 })',
    'Array.prototype[Symbol.iterator] = function* () {}',
    'Object.defineProperty(Array, Symbol.species, { get() { throw 1 } })',
    'String.prototype.replace = RegExp.prototype.exec = () => "bent"',
    ...(engine === 'node'
      ? [
          'Buffer.from = () => { throw 1 }',
          'require("fs").writeSync = require("fs").readSync = () => { throw 1 }',
          'require("util").inspect = () => "bent"',
          'process.stdout._write = process.getActiveResourcesInfo = () => { throw 1 }',
          'process.on("newListener", () => { throw 1 })',
        ]
      : []),
  ]) {
    contract(`a run is what it is after: ${replacing}`, async () => {
      const works = await sandbox().run(
        `${replacing};\nconsole.log('line');\nconst { twice } = await take(21);\nreturn { a: 1, twice };`,
      );
      assert.deepEqual(
        [works.reason, works.value, texts(works)],
        [null, { a: 1, twice: 42 }, ['line']],
        works.error?.message,
      );
      const refused = await sandbox().run(`${replacing};\nreturn { m: /x/ };`);
      assert.equal(refused.reason, 'value_not_serializable', refused.error?.message);
      assert.match(refused.error?.message ?? '', /^value\.m is a RegExp, /);
      const fails = await sandbox().run(`${replacing};\n\nnull.mine;`);
      assert.equal(fails.reason, 'uncaught_exception');
      assert.match(fails.error?.message ?? '', /null \(reading 'mine'\)/);
      assert.deepEqual([fails.error?.file, fails.error?.line], ['script.js', 3]);
    });
  }

  contract('a toJSON of all objects bends the value and nothing else', async () => {
    const run = await sandbox().run(
      `Object.prototype.toJSON = () => 'bent'; console.log('line'); return { a: 1 };`,
    );
    assert.deepEqual([run.reason, run.value, texts(run)], [null, 'bent', ['line']]);
  });

  if (engine === 'node') {
    contract('what process.stdout.write is replaced by takes what the console writes', async () => {
      const run = await sandbox().run(`
const taken = [], { write } = process.stdout;
process.stdout.write = (text) => { taken.push(text); return true };
console.log('one', { a: 1 });
console.error('not this');
process.stdout.write = function (text) { return write.call(this, 'seen ' + text) };
console.info('two');
process.stdout.write = write;
console.log('three');
return taken;`);
      assert.deepEqual(run.value, ['one { a: 1 }\n']);
      assert.deepEqual(texts(run), ['not this', 'seen two', 'three']);
    });
  }
});
