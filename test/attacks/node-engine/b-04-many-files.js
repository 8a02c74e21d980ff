// Files without bytes, as many as go.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
let count = 0;
r.attempt('files', () => {
  for (; count < 50_000; count++) fs.writeFileSync(`../tmp/${count}`, '');
});
if (count >= 5_000) r.reach(`${count} files`);
return r.done();
