// Only a script that has settled goes on for something.
const { frame, say } = require('./report.js');
say(frame(18, { pending: '1 timer' }));
await new Promise((resolve) => setTimeout(resolve, 1e8));
