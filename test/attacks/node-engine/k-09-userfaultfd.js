// Faults of memory handled by the script, which wins races of the kernel with them.
const { kernel } = require('./kernel.js');
const k = kernel();
k.refused('userfaultfd', 323, 0x80001);
k.refused('of the user only', 323, 1);
return k.done();
