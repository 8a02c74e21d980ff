// A reason that a box may not claim.
const { frame, say } = require('./report.js');
say(frame(7, { ok: false, reason: 'worker_lost', error: { name: 'a', message: 'b', stack: '' } }));
await new Promise(() => {});
