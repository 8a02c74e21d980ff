// A frame of a type that there is none of.
const { frame, say } = require('./report.js');
say(frame(200, {}));
await new Promise(() => {});
