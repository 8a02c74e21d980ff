// A frame that is no longer than its type may be, and holds nothing but objects that nobody reads.
const { frame, say } = require('./report.js');
const x = Array.from({ length: 5_000 }, () => ({}));
say(frame(2, { x }));
await new Promise(() => {});
