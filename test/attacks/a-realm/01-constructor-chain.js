// x.constructor.constructor on everything that hangs off the global object (node:vm, CVE-2023-30547).
const { plunder } = require('./plunder.js');

function execute(params, context) {
  const report = plunder([globalThis, params, context, execute, require, module, arguments], params);
  const own = Function('return [typeof process, typeof require, typeof global, typeof module]')();
  return { ...report, own };
}
