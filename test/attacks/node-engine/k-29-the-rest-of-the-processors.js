// More of the processors and of memory than others get.
const { kernel } = require('./kernel.js');
const k = kernel();
const some = Buffer.alloc(128);
k.refused('real time', 144, 0, 1, Buffer.from([50, 0, 0, 0]));
k.refused('a deadline', 314, 0, some, 0);
k.refused('input first', 251, 1, 0, (1 << 13) | 1);
k.refused('limits', 160, 7, Buffer.alloc(16, 0x7f));
k.refused('limits of another', 302, process.ppid, 7, Buffer.alloc(16, 0x7f), 0);
k.refused('locked memory', 151, 3);
k.refused('pages of others', 279, process.ppid, 0, 0, 0, 0, 0);
k.refused('memory of a node', 237, some, 128, 2, some, 64, 0);
k.refused('priority', 141, 0, 0, -20);
return k.done();
