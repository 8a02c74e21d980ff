// A frame whose text is no JSON.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(3, '{'));
await new Promise(() => {});
