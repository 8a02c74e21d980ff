// Arguments whose text is said to be longer than the frame that holds it.
const { frame, say } = require('./report.js');
say(frame(6, { id: 4000, path: 'echo', text: 100 }, Buffer.from('[[],[]]')));
await new Promise(() => {});
