// A synchronous helper called as if it were not.
const { frame, say } = require('./report.js');
say(frame(6, { id: 5, path: 'echoSync' }, Buffer.from('[1]')));
await new Promise(() => {});
