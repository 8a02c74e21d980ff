// What a module knows of its own place, and where it may point from there.
export default () => ({
  entry: 'deep/inside/attack.mjs',
  files: {
    'deep/inside/attack.mjs': `
import weapons from '../../plunder.js';
const { plunder } = weapons;
const got = [];
let refused = 0;
const { file } = params.targets;
for (const specifier of ['fs', 'node:fs', file, 'file://' + file, '../../../../../..' + file, './x', '', 'lodash/../..' + file, '#x', {}, Symbol.iterator, null, new Proxy({}, {})]) {
  for (const parent of [undefined, 'file:///', import.meta.url, 'data:,', {}]) {
    try { got.push(import.meta.resolve(specifier, parent)); } catch { refused++; }
    try { got.push(await import(import.meta.resolve(specifier, parent))); } catch { refused++; }
  }
}
for (const key of ['url', 'filename', 'dirname', 'resolve', 'main', 'env', 'glob', 'hot', 'require']) {
  try { import.meta[key] = file; } catch { refused++; }
  try { got.push(await import(new URL('x.js', import.meta[key]))); } catch { refused++; }
}
export default { ...plunder([got, import.meta], params), refused, got: got.map((one) => String(one).slice(0, 80)) };`,
  },
});
