// Progress beyond its end.
const { frame, say } = require('./report.js');
say(frame(4, { fraction: 2, text: 'x' }));
await new Promise(() => {});
