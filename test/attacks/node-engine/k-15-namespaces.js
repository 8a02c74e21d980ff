// Leaves the namespaces of the box.
const { call, kernel, text } = require('./kernel.js');
const k = kernel();
for (const [label, flag] of Object.entries({ user: 0x10000000, net: 0x40000000, mount: 0x20000, files: 0x400 })) k.refused(label, 272, flag);
const own = call(257, -100, text('/proc/1/ns/net'), 0, 0);
k.refused('setns', 308, own, 0);
return k.done();
