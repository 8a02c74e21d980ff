// Bytes until the folder is full.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
let bytes = 0;
r.attempt('fill', () => {
  for (let index = 0; index < 1_000; index++) {
    fs.writeFileSync(`../tmp/${index}`, Buffer.alloc(2 ** 20, 1));
    bytes += 2 ** 20;
  }
});
if (bytes > 2 ** 28) r.reach(`${bytes} bytes`);
return r.done();
