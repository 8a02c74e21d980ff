// Flags of the engine, changed while it runs.
const { report } = require('./report.js');
const r = report();
const v8 = require('node:v8');
for (const flag of ['--allow-natives-syntax', '--expose-gc', '--max-old-space-size=100000', '--stack-size=100000']) {
  r.attempt(flag, () => v8.setFlagsFromString(flag));
}
r.attempt('natives', () => new Function('return %GetOptimizationStatus(()=>1)')());
return r.done();
