// A file that is larger than the folder.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
r.attempt('truncate', () => {
  fs.writeFileSync('big', '');
  fs.truncateSync('big', 2 ** 40);
});
r.attempt('write', () => fs.writeSync(fs.openSync('big', 'w'), 'x', 2 ** 39));
fs.rmSync('big', { force: true });
return r.done();
