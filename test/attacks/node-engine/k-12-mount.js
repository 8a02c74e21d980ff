// Mounts of its own: the root of the machine, /proc, a memory folder without bounds.
const { kernel, text } = require('./kernel.js');
const k = kernel();
k.refused('bind', 165, text('/'), text('/tmp'), 0, 0x1000, 0);
k.refused('proc', 165, text('proc'), text('/tmp'), text('proc'), 0, 0);
k.refused('remount', 165, 0, text('/'), 0, 0x20, 0);
return k.done();
