// A box with a job says that it is ready.
const { frame, say } = require('./report.js');
say(frame(1, {}));
await new Promise(() => {});
