// A frame whose lengths do not fit.
const fs = require('node:fs');
fs.writeSync(3, Buffer.from([5, 0, 0, 0, 3, 255, 255, 255, 255]));
await new Promise(() => {});
