// Memory of the kernel by what pipes and sockets hold, which no heap counts.
const net = require('node:net');
const server = net.createServer((socket) => socket.pause()).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
const sockets = [];
let held = 0;
for (let count = 0; count < 2_000; count++) {
  const socket = net.connect(port, '127.0.0.1').on('error', () => 0);
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
  while (socket.write(Buffer.alloc(65_536))) held += 65_536;
}
return held;
