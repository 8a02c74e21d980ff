// Ten thousand folders, each in the one before.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
let depth = 0;
r.attempt('down', () => {
  for (; depth < 10_000; depth++) {
    fs.mkdirSync('d');
    process.chdir('d');
  }
});
if (depth >= 5_000) r.reach(`${depth} folders`);
return r.done();
