// A log line of a level that there is none of.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(3, { level: '__proto__' }, Buffer.from('x')));
await new Promise(() => {});
