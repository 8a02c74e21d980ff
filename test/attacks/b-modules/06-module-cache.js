// A module that an earlier run of the same tenant changed must be fresh (module cache tampering).
async function execute() {
  const module = require('./plunder.js');
  const fresh = module.mark === undefined && (await import('./plunder.js')).mark === undefined && require.cache === undefined;
  module.mark = 'left';
  return fresh;
}
