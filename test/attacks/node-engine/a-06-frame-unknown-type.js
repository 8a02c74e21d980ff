// A frame of a type that there is none of.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(200, {}));
await new Promise(() => {});
