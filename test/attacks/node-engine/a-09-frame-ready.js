// A box with a job says that it is ready.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(1, {}));
await new Promise(() => {});
