// Keys of the kernel, which know no namespace: what others have put there, and what stays after the run.
const { kernel, text } = require('./kernel.js');
const k = kernel();
k.refused('a key', 248, text('user'), text('kept'), text('x'), 1, -3);
k.refused('a search', 249, text('user'), text('kept'), 0, -4);
k.refused('a keyring', 250, 0, -4, 1);
return k.done();
