// A script settles once.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.from('1')));
say(frame(17, {}, Buffer.from('2')));
await new Promise((resolve) => setTimeout(resolve, 1e8));
