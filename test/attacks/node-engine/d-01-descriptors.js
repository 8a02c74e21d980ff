// Descriptors until there are no more.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
let count = 0;
r.attempt('open', () => {
  for (; count < 100_000; count++) fs.openSync('/dev/null');
});
if (count > 1_000) r.reach(`${count} descriptors`);
return r.done();
