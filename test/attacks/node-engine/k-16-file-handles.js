// Files by their number on the disk, whatever the root is: how a container of 2014 was left.
const { call, kernel, text } = require('./kernel.js');
const k = kernel();
const handle = Buffer.alloc(136);
handle.writeUInt32LE(128, 0);
k.refused('a handle', 303, -100, text('/'), handle, Buffer.alloc(4), 0);
handle.writeUInt32LE(8, 0);
handle.writeUInt32LE(1, 4);
handle.writeUInt32LE(2, 8);
k.refused('the root of the disk', 304, call(257, -100, text('/'), 0, 0), handle, 0);
return k.done();
