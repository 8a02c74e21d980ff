// Keys typed into the terminal of whoever started it all (CVE-2016-2568), and other odd requests to devices.
const { call, kernel } = require('./kernel.js');
const k = kernel();
const some = Buffer.alloc(4_096, 1);
const requests = { TIOCSTI: 0x5412, TIOCLINUX: 0x541c, TIOCSCTTY: 0x540e, TIOCSETD: 0x5423, TIOCCONS: 0x541d, SIOCGIFCONF: 0x8912, SIOCSIFFLAGS: 0x8914, LOOP_CTL_GET_FREE: 0x4c82, FICLONE: 0x40049409, FS_IOC_SETFLAGS: 0x40086602, TUNSETIFF: 0x400454ca, KVM_CREATE_VM: 0xae01, FIFREEZE: 0xc0045877, BLKROSET: 0x125d, NS_GET_PARENT: 0xb702, SECCOMP_NOTIF_RECV: 0xc0502100 };
for (const [label, request] of Object.entries(requests)) {
  for (const fd of [0, 1, 2, 3, 4, call(41, 2, 2, 0)]) k.refused(`${label} ${fd}`, 16, fd, request, some);
}
return k.done();
