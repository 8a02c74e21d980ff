// Counters of the processor, which see what others do, and leak addresses of the kernel.
const { kernel } = require('./kernel.js');
const k = kernel();
const attributes = Buffer.alloc(128);
attributes.writeUInt32LE(1, 0);
attributes.writeUInt32LE(128, 4);
for (const pid of [0, -1, 1]) k.refused(`counter ${pid}`, 298, attributes, pid, pid === -1 ? 0 : -1, -1, 0);
return k.done();
