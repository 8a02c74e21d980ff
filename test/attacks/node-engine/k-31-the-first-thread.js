// Ends the first thread alone: whoever looks at the process sees a zombie, and the others go on.
const { Worker } = require('node:worker_threads');
const { call } = require('./kernel.js');
new Worker('for (;;);', { eval: true }).on('online', () => call(60, 0));
await new Promise(() => {});
