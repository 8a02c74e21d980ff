// Another kernel in place of this one.
const { kernel, text } = require('./kernel.js');
const k = kernel();
k.refused('kexec', 246, 0, 0, 0, 0x3e0000);
k.refused('of a file', 320, 0, 0, 1, text(''), 0);
return k.done();
