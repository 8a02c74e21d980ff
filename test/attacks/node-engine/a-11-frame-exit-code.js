// An exit code that there is none of.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(13, { code: 999 }));
await new Promise(() => {});
