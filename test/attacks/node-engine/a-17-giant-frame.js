// A frame that says it is four gigabytes long.
const fs = require('node:fs');
fs.writeSync(3, Buffer.from([255, 255, 255, 255, 3, 1, 0, 0, 0]));
for (;;) fs.writeSync(3, Buffer.alloc(65_536));
