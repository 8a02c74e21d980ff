// A settled value that is larger than any value may be.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.alloc(3 * 2 ** 20, '1')));
await new Promise((resolve) => setTimeout(resolve, 1e8));
