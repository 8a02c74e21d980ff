// The descriptor of standard error, past everything.
const fs = require('node:fs');
for (;;) fs.writeSync(2, 'x'.repeat(65_536));
