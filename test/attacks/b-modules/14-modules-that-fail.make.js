// Circles of modules that wait for each other, fail in the middle and are asked for again.
export default () => ({
  entry: 'attack.mjs',
  files: {
    'a.mjs': "import * as b from './b.mjs'; export let x = 1; await null; export function tell() { return b; }; if (globalThis.failing) throw globalThis.failing; export { x as then };",
    'b.mjs': "import * as a from './a.mjs'; export const seen = []; try { seen.push(a.x); } catch (error) { seen.push(error); } export const held = a; await new Promise((resolve) => setTimeout(resolve, 1));",
    'thenable.mjs': 'export function then(...given) { globalThis.given.push(this, ...given); for (const each of given) each({ then: (...more) => globalThis.given.push(...more) }); }',
    'endless.mjs': 'export default 1; if (!globalThis.isDone) await new Promise(() => {});',
    'attack.mjs': `
import weapons from './plunder.js';
const { plunder, collector } = weapons;
const bag = collector();
globalThis.given = [];
globalThis.failing = new Proxy(new Error('of a module'), { get: (target, key, self) => { bag.take(key); return Reflect.get(target, key); } });
for (let round = 0; round < 5; round++) {
  for (const name of ['a', 'b', 'thenable']) {
    const late = new Promise((resolve) => setTimeout(resolve, 20));
    try { bag.take(await Promise.race([import('./' + name + '.mjs'), late])); } catch (error) { bag.take(error); }
  }
}
bag.take(import('./endless.mjs'), ...globalThis.given);
const spaces = await Promise.allSettled([import('./b.mjs'), import('./plunder.js')]);
for (const { value } of spaces) {
  if (value === undefined) continue;
  bag.take(value, Object.getPrototypeOf(value), value[Symbol.toStringTag], ...Reflect.ownKeys(value));
  try { value.x = 1; } catch (error) { bag.take(error); }
}
export default { ...plunder(bag.values(), params), given: globalThis.given.length };`,
  },
});
