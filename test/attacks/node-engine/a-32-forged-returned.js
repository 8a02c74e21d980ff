// What a function returned to a helper that never called it.
const { frame, say } = require('./report.js');
say(frame(19, { call: 99, ok: true }, Buffer.from('1')));
await new Promise(() => {});
