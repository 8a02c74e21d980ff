// Calls of whoever runs a machine: its log, its ports, its swap, its end.
const { kernel, text } = require('./kernel.js');
const k = kernel();
const some = Buffer.alloc(4_096);
const calls = { reboot: [169, 0xfee1dead, 672274793, 0], syslog: [103, 3, some, 4_096], acct: [163, text('/tmp/acct')], swapon: [167, text('/tmp/swap'), 0], swapoff: [168, text('/swap')], iopl: [172, 3], ioperm: [173, 0x70, 2, 1], quotactl: [179, 0x800002, text('/dev/sda1'), 0, some], delete_module: [176, text('x'), 0], create_module: [174, text('x'), 1], fanotify: [300, 0, 0], chroot: [161, text('/tmp')], vhangup: [153], sysfs: [139, 3], ustat: [136, 0, some], uselib: [134, text('/node')], modify_ldt: [154, 1, some, 16], lookup_dcookie: [212, 0, some, 16], kcmp: [312, 1, 1, 0, 0, 0], landlock: [444, some, 8, 0], lsm: [461, some, 8, 0], cachestat: [451, 0, some, some, 0], futex: [454, some, 1, 0, 0], remap: [216, some, 0, 0, 0, 0] };
for (const [label, args] of Object.entries(calls)) k.refused(label, ...args);
return k.done();
