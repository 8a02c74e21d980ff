// Requests to the kernel that no filter of system calls sees (CVE-2022-29582 and its kin).
const { kernel } = require('./kernel.js');
const k = kernel();
const bounds = Buffer.alloc(120);
const ring = k.refused('a ring', 425, 8, bounds);
k.refused('a submission', 426, ring, 1, 0, 0, 0, 0);
k.refused('registered files', 427, ring, 2, bounds, 1);
return k.done();
