// Listens where others of the machine would connect, and on every address that there is.
const { report } = require('./report.js');
const net = require('node:net');
const dgram = require('node:dgram');
const r = report();
r.attempt('interfaces', () => {
  for (const { address, internal } of Object.values(require('node:os').networkInterfaces()).flat()) if (!internal) r.reach(address);
});
for (const host of ['0.0.0.0', '::', '127.0.0.1', '10.0.0.1', '169.254.169.254', '224.0.0.1']) {
  await r.wait(`listen ${host}`, () => new Promise((resolve, reject) => { const server = net.createServer().on('error', reject).listen(0, host, () => { server.close(); resolve('listened'); }); }), 300);
}
await r.wait('the listener itself', () => new Promise((resolve, reject) => { const server = net.createServer().on('error', reject).listen(params.targets.port, '127.0.0.1', () => { server.close(); resolve('a port of its own'); }); }), 300);
for (const group of ['224.0.0.251', '239.255.255.250', 'ff02::fb']) {
  r.attempt(`group ${group}`, () => { const socket = dgram.createSocket(group.includes(':') ? 'udp6' : 'udp4'); socket.on('error', () => 0); socket.bind(0); socket.addMembership(group); r.reach(group); });
}
return r.done();
