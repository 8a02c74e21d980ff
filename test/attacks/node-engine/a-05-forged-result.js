// A result of its own, and frames after it.
const { frame, say } = require('./report.js');
const forged = frame(7, { ok: true, pending: null }, Buffer.from('{"tried":1,"reached":[]}'));
say(Buffer.concat([forged, frame(3, { level: 'info' }, Buffer.from('after the end')), forged]));
for (;;);
