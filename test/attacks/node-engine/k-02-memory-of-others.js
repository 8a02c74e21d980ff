// Reads and writes the memory of other processes.
const { kernel } = require('./kernel.js');
const k = kernel();
const bytes = Buffer.alloc(4_096);
const vector = Buffer.alloc(16);
vector.writeBigUInt64LE(4_096n, 8);
for (const pid of [1, process.ppid, 2]) {
  k.refused(`read ${pid}`, 310, pid, vector, 1, vector, 1, 0);
  k.refused(`write ${pid}`, 311, pid, vector, 1, vector, 1, 0);
}
if (bytes.some(Boolean)) k.reach('memory');
return k.done();
