// A synchronous helper called as if it were not.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(6, { id: 5, path: 'echoSync' }, Buffer.from('[1]')));
await new Promise(() => {});
