// A frame whose text is no JSON.
const { frame, say } = require('./report.js');
say(frame(3, '{'));
await new Promise(() => {});
