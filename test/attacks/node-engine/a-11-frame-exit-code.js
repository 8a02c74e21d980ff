// An exit code that there is none of.
const { frame, say } = require('./report.js');
say(frame(13, { code: 999 }));
await new Promise(() => {});
