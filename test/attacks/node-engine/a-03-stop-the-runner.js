// The runner loses its listeners, its handles and its channel.
const { channel, report } = require('./report.js');
const fs = require('node:fs');
const r = report();
r.attempt('listeners', () => process.removeAllListeners());
for (const handle of process._getActiveHandles()) r.attempt('handle', () => handle.close?.());
r.attempt('close', () => fs.closeSync(channel().replies));
return r.done();
