// Frames where they are only output: on the standard streams.
const { report, frame } = require('./report.js');
const fs = require('node:fs');
const r = report();
const forged = frame(7, { ok: true, pending: null }, Buffer.from('"forged"'));
r.attempt('stdout', () => process.stdout.write(forged));
r.attempt('stderr', () => process.stderr.write(forged));
r.attempt('1', () => fs.writeSync(1, forged));
r.attempt('2', () => fs.writeSync(2, forged));
return r.done();
