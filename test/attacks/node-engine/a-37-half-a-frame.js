// Begins a frame as long as one may be, and never ends it.
const { say } = require('./report.js');
const head = Buffer.alloc(9);
head.writeUInt32LE(5 + 10 + 2 ** 20, 0);
head[4] = 5;
head.writeUInt32LE(10, 5);
say(Buffer.concat([head, Buffer.from('{"id":1,"n')]));
process.exit(0);
