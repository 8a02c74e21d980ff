// Attributes of imports that make something else of a file, and options that lie while they are read.
export default () => ({
  entry: 'attack.mjs',
  files: {
    'data.json': '{"__proto__":{"polluted":1},"then":1}',
    'code.js': 'export default 1',
    'attack.mjs': `
import { createRequire } from './none-of-it.mjs';
export default createRequire;`,
    'none-of-it.mjs': `
import weapons from './plunder.js';
const { collector, plunder } = weapons;
const bag = collector();
const spy = (answers) => new Proxy({}, { get: (_, key) => { bag.take(key); return answers[key]; }, ownKeys: () => { bag.take('keys'); return Reflect.ownKeys(answers); }, getOwnPropertyDescriptor: (_, key) => ({ value: answers[key], enumerable: true, configurable: true }) });
const types = ['json', 'css', 'text', 'bytes', 'webassembly', 'wasm', 'module', 'commonjs', 'builtin', '', '__proto__', 'JSON', 'json\\0', Symbol(), {}, 1, null];
const files = ['./data.json', './code.js', './none.json', 'node:fs', 'file:///etc/passwd', 'data:application/json,1', '/etc/passwd', 'lodash'];
let refused = 0;
for (const file of files) {
  for (const type of types) {
    for (const options of [{ with: { type } }, { assert: { type } }, spy({ with: spy({ type }) }), { with: { type, other: type } }, { get with() { throw new Error('read'); } }]) {
      try { bag.take(await import(file, options)); } catch (error) { refused++; bag.take(error); }
    }
  }
}
const { targets } = globalThis.params ?? params;
export const createRequire = { ...plunder([...bag.values(), import.meta, Object.getPrototypeOf(import.meta)], { targets }, 6_000), refused, meta: Reflect.ownKeys(import.meta).map((key) => String(key) + '=' + String(import.meta[key]).slice(0, 100)) };`,
  },
});
