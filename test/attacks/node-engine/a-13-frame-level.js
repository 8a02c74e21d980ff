// A log line of a level that there is none of.
const { frame, say } = require('./report.js');
say(frame(3, { level: '__proto__' }, Buffer.from('x')));
await new Promise(() => {});
