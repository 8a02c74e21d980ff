// A settled value that is no JSON, which nobody reads before the time is up.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.from('{"a":')));
await new Promise((resolve) => setTimeout(resolve, 1e8));
