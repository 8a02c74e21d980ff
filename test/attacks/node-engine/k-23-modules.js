// Code for the kernel itself.
const { kernel, text } = require('./kernel.js');
const k = kernel();
k.refused('a module', 175, Buffer.alloc(64), 64, text(''));
k.refused('of a file', 313, 0, text(''), 0);
return k.done();
