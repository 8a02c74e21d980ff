// A result of its own, and frames after it.
const { frame } = require('./report.js');
const fs = require('node:fs');
const forged = frame(7, { ok: true, pending: null }, Buffer.from('{"tried":1,"reached":[]}'));
fs.writeSync(3, Buffer.concat([forged, frame(3, { level: 'info' }, Buffer.from('after the end')), forged]));
for (;;);
