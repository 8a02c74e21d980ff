// Progress beyond its end.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(4, { fraction: 2, text: 'x' }));
await new Promise(() => {});
