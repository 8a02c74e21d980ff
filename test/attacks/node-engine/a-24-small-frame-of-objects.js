// A frame that is no longer than its type may be, and holds nothing but objects that nobody reads.
const { frame } = require('./report.js');
const x = Array.from({ length: 5_000 }, () => ({}));
require('node:fs').writeSync(3, frame(2, { x }));
await new Promise(() => {});
