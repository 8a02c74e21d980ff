// A frame that says it is four gigabytes long.
const { say } = require('./report.js');
say(Buffer.from([255, 255, 255, 255, 3, 1, 0, 0, 0]));
for (;;) say(Buffer.alloc(65_536));
