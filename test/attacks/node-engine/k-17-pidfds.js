// Descriptors out of other processes, and signals to them, by descriptors of processes.
const { kernel } = require('./kernel.js');
const k = kernel();
for (const pid of [1, process.ppid]) {
  const fd = k.refused(`pidfd ${pid}`, 434, pid, 0);
  for (const theirs of [0, 3, 4, 5]) k.refused(`their ${theirs}`, 438, fd, theirs, 0);
  k.refused('a signal', 424, fd, 0, 0, 0);
}
k.refused('their memory', 440, 9_999, Buffer.alloc(16), 1, 4, 0);
k.refused('their end', 448, 9_999, 0);
return k.done();
