// A frame that only the launcher may write.
const { frame, say } = require('./report.js');
say(frame(64, { entry: 'x' }));
await new Promise(() => {});
