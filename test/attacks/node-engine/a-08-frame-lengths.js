// A frame whose lengths do not fit.
const { say } = require('./report.js');
say(Buffer.from([5, 0, 0, 0, 3, 255, 255, 255, 255]));
await new Promise(() => {});
