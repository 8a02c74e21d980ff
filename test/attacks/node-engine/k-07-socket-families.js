// Sockets of every family that the kernel may have: netlink, packets, virtual machines, ciphers, Bluetooth.
const { kernel } = require('./kernel.js');
const k = kernel();
const families = { netlink: 16, packet: 17, vsock: 40, alg: 38, xdp: 44, bluetooth: 31, can: 29, key: 15, tipc: 30, smc: 43, qipcrtr: 42, nfc: 39, rds: 21, kcm: 41, phonet: 35, mctp: 45, ax25: 3, ipx: 4, appletalk: 5, x25: 9, llc: 26 };
for (const [name, family] of Object.entries(families)) {
  for (const type of [1, 2, 3, 5]) k.refused(`${name} ${type}`, 41, family, type, 0);
}
for (const protocol of [1, 58, 132, 136, 262, 255]) {
  for (const type of [1, 2, 3]) k.refused(`protocol ${protocol} ${type}`, 41, 2, type, protocol);
}
k.refused('a pair of netlink', 53, 16, 3, 0, Buffer.alloc(8));
return k.done();
