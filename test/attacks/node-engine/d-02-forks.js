// A thousand processes, by every way that Node has to one.
const { report } = require('./report.js');
const r = report();
const cp = require('node:child_process');
const forked = () => {
  const child = cp.fork('/castellan/node-runner.js');
  child.on('error', () => {});
  if (child.pid) r.reach('fork');
};
const bound = () => process.binding('spawn_sync').spawn({ file: '/node', args: ['/node', '-v'], stdio: [] });
for (let index = 0; index < 250; index++) {
  r.attempt('spawnSync', () => cp.spawnSync('/node', ['-v']).error ?? r.reach('spawnSync'));
  r.attempt('execFileSync', () => cp.execFileSync('/node', ['-v']) && r.reach('execFileSync'));
  r.attempt('fork', forked);
  r.attempt('binding', () => bound().pid && r.reach('binding'));
}
return r.done();
