// The newer calls for mounts, which lists of forbidden calls forget (CVE-2022-0185).
const { kernel, text } = require('./kernel.js');
const k = kernel();
const none = Buffer.alloc(64);
const tree = k.refused('open_tree', 428, -100, text('/'), 1);
k.refused('a copy of it', 428, -100, text('/proc'), 0x8001);
k.refused('move_mount', 429, tree, text(''), -100, text('/tmp'), 4);
const context = k.refused('fsopen', 430, text('tmpfs'), 0);
k.refused('fsconfig', 431, context, 6, 0, 0, 0);
k.refused('fsmount', 432, context, 0, 0);
k.refused('fspick', 433, -100, text('/'), 0);
k.refused('mount_setattr', 442, -100, text('/'), 0, none, 32);
k.refused('statmount', 457, none, none, 64, 0);
k.refused('listmount', 458, none, none, 8, 0);
k.refused('open_tree_attr', 467, -100, text('/'), 0, none, 32);
return k.done();
