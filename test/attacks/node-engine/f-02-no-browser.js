// A command to a browser in a run that has none.
const { frame, say } = require('./report.js');
say(frame(16, {}, Buffer.from('{"id":1,"method":"Browser.getVersion"}')));
await new Promise((resolve) => setTimeout(resolve, 5_000));
