// Takes hold of the process around it with ptrace: by native code, as all of letter K.
const { kernel } = require('./kernel.js');
const k = kernel();
for (const [label, request] of [['seize', 0x4206], ['attach', 16]]) {
  for (const pid of [1, process.ppid]) k.refused(`${label} ${pid}`, 101, request, pid, 0, 0);
}
return k.done();
