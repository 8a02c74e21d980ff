// A reason that a box may not claim.
const { frame } = require('./report.js');
const fs = require('node:fs');
fs.writeSync(3, frame(7, { ok: false, reason: 'worker_lost', error: { name: 'a', message: 'b', stack: '' } }));
await new Promise(() => {});
