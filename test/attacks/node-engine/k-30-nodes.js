// Devices and programs that run as somebody else, made where the script can write.
const { kernel, text } = require('./kernel.js');
const k = kernel();
for (const folder of ['', '/tmp/', '/dev/', '/scratch/tmp/']) {
  k.refused(`the disk in ${folder}`, 133, text(`${folder}disk`), 0o60666, 0x800);
  k.refused(`memory in ${folder}`, 259, -100, text(`${folder}mem`), 0o20666, 0x101);
}
require('node:fs').writeFileSync('own', 'x');
k.refused('chown', 92, text('own'), 0, 0);
k.refused('lchown', 94, text('own'), 0, 0);
k.refused('fchownat', 260, -100, text('own'), 0, 0, 0);
k.refused('setxattr', 188, text('own'), text('security.capability'), Buffer.alloc(20, 1), 20, 0);
k.refused('in another namespace', 188, text('own'), text('trusted.x'), text('x'), 1, 0);
return k.done();
