// The channel is closed under the runner: nobody is left to say a result.
const fs = require('node:fs');
fs.closeSync(3);
await new Promise(() => {});
