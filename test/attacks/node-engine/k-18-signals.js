// Signals to whoever built the box, with forged senders and values.
const { kernel } = require('./kernel.js');
const k = kernel();
const info = Buffer.alloc(128);
info.writeInt32LE(9, 0);
info.writeInt32LE(-1, 8);
const others = Array.from({ length: 300 }, (_, at) => at + 2).filter((pid) => pid !== process.pid && pid !== process.ppid);
for (const pid of others) {
  const own = require('node:fs').existsSync(`/proc/${pid}`) || require('node:fs').existsSync(`/proc/self/task/${pid}`);
  if (!own) k.refused(`kill ${pid}`, 62, pid, 0);
}
k.refused('queued', 129, process.ppid, 9, info);
k.refused('queued to a thread', 297, process.ppid, process.ppid, 9, info);
for (const pid of [1_000, 10_000, 4_000_000]) k.refused(`tgkill ${pid}`, 234, pid, pid, 0);
return k.done();
