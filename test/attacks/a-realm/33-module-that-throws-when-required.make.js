// An ES module throws while require() evaluates it: the error goes through code of the host's on its
// way back, and must be catchable and clean.
export default () => ({
  entry: 'main.js',
  files: {
    'main.js': `
const { plunder, said } = require('./plunder.js');
async function execute(params) {
  const errors = [];
  for (const name of ['throws', 'nested', 'symbol', 'helper']) {
    for (let time = 0; time < 2; time++) { try { require('./' + name + '.mjs'); } catch (error) { errors.push(error); } }
  }
  await null;
  return { ...plunder(errors, params), count: errors.length, said: said(errors) };
}`,
    'throws.mjs': 'null.x; export default 1',
    'nested.mjs': 'import "./throws.mjs"; export default 1',
    'symbol.mjs': 'const e = new Error("x"); e.name = Symbol("n"); throw e; export default 1',
    'helper.mjs': 'failSync(); export default 1',
  },
});
