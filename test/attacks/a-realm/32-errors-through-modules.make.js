// Errors that pass through the module loader on their way back: a module that throws while it is
// required, imported, or linked, from every depth.
export default () => ({
  entry: 'main.js',
  files: {
    'main.js': `
const { plunder, said } = require('./plunder.js');
async function execute(params) {
  const errors = [];
  const tries = [() => import('./throws.mjs'), () => import('./throws.js'), () => require('./broken.js'), () => import('./broken.mjs'),
    () => require('./data.json'), () => import('./wrong-name.mjs'), () => require('./waits.mjs'), () => import('./cycle.mjs'), () => import('./helper.mjs'), () => import('./symbol.mjs'), () => import('./main.js/../throws.mjs')];
  for (const go of tries) {
    for (let time = 0; time < 2; time++) { try { await go(); } catch (error) { errors.push(error); } }
  }
  let left = 60;
  const dive = () => {
    try { dive(); } catch (error) {
      if (left-- > 0) { try { require('./late' + (left % 3) + '.js'); } catch (e) { errors.push(e); } try { require('./broken.js'); } catch (e) { errors.push(e); } }
      throw error;
    }
  };
  try { dive(); } catch (error) { errors.push(error); }
  const kept = errors.slice(0, 60).concat(errors.slice(-60));
  return { ...plunder(kept, params), count: errors.length, said: said(kept) };
}`,
    'throws.mjs': 'null.x; export default 1',
    'throws.js': 'exports.a = 1; null.x',
    'broken.js': 'let x = ;',
    'broken.mjs': 'export default let',
    'data.json': '{"a":',
    'wrong-name.mjs': 'import { nope } from "./throws.mjs"; export default nope',
    'waits.mjs': 'await null; export default 1',
    'cycle.mjs': 'import { b } from "./cycle2.mjs"; export const a = b',
    'cycle2.mjs': 'import { a } from "./cycle.mjs"; export const b = a',
    'helper.mjs': 'failSync(); export default 1',
    'symbol.mjs': 'const e = new Error("x"); e.name = Symbol("n"); throw e; export default 1',
    'late0.js': 'null.x',
    'late1.js': '[].concat(x)',
    'late2.js': 'require("./data.json")',
  },
});
