// Programs in the kernel (CVE-2021-3490, CVE-2023-2163).
const { kernel } = require('./kernel.js');
const k = kernel();
const attributes = Buffer.alloc(128);
attributes.writeUInt32LE(2, 0);
attributes.writeUInt32LE(4, 4);
attributes.writeUInt32LE(4, 8);
attributes.writeUInt32LE(1, 12);
k.refused('a map', 321, 0, attributes, 128);
k.refused('a program', 321, 5, attributes, 128);
return k.done();
