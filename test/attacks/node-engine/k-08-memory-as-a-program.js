// A program in memory that no mount forbids to be executed: memfd_create and execveat.
const { call, kernel, text } = require('./kernel.js');
const k = kernel();
const memory = k.refused('a file in memory', 319, text('x'), 1);
k.refused('one that may be executed', 319, text('x'), 0x10);
k.refused('secret memory', 447, 0);
const node = call(257, -100, text('/node'), 0, 0);
k.refused('execveat', 322, memory >= 0 ? memory : 9_999, text(''), 0, 0, 0x1000);
k.refused('execveat of a path', 322, -100, text('/none'), 0, 0, 0);
call(3, node);
// Pages that are written and executed, of a file of the script's own.
require('node:fs').writeFileSync('own', Buffer.alloc(4_096, 0xc3));
const own = call(257, -100, text('own'), 2, 0);
k.refused('a map to execute', 9, 0, 4_096, 5, 2, own, 0);
return k.done();
