// The loader's own names for its modules and aliases, guessed and written with escapes.
export default () => ({
  entry: 'main.mjs',
  files: {
    'main.mjs': String.raw`
import { plunder } from './lib.cjs';
const names = Object.getOwnPropertyNames(globalThis).filter((name) => /^imp|castellan/.test(name));
const reached = [];
for (const n of Array.from({ length: 200 }, (_, i) => 'imp' + i.toString(36).padStart(3, '_'))) {
  for (const t of [n, n + 'E', n + 'V']) if ((0, eval)('typeof ' + t) !== 'undefined') names.push(t);
  for (const s of ['castellan:import' + n, 'castellan:hook', 'castellan:entry']) { try { reached.push(String(Object.keys(await import(s)))); } catch {} }
}
const told = Object.entries(import.meta).flatMap(([name, value]) => ['main', 'resolve'].includes(name) || ["/script", "/script/main.mjs", "file:///script/main.mjs"].includes(value) ? [] : [name]);
export default (params) => { const report = plunder([import.meta], params); return { tried: 200 + report.tried, reached: [...reached, ...names, ...report.reached, ...told] }; };`,
    'lib.cjs': 'exports.plunder = require("./plunder.js").plunder;',
  },
});
