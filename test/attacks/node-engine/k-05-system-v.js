// Shared memory, semaphores and queues of System V and POSIX: what other boxes might see.
const { kernel, text } = require('./kernel.js');
const k = kernel();
k.refused('shared memory', 29, 0x1234, 4_096, 0o1666);
k.refused('private shared memory', 29, 0, 4_096, 0o1600);
k.refused('semaphores', 64, 0x1234, 1, 0o1666);
k.refused('a queue', 68, 0x1234, 0o1666);
k.refused('a queue by name', 240, text('castellan'), 0o102, 0o666, 0);
for (const id of [0, 1, 2, 32_768]) k.refused(`memory of others ${id}`, 30, id, 0, 0);
k.refused('the list of segments', 31, 0, 14, Buffer.alloc(256));
return k.done();
