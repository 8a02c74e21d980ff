// Thousands of connections to a server of its own.
const { report } = require('./report.js');
const r = report();
const net = require('node:net');
const server = net.createServer(() => {}).on('error', () => {});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
for (let index = 0; index < 2_000; index++) r.attempt('c', () => net.connect(port, '127.0.0.1').on('error', () => {}).destroyed);
await new Promise((resolve) => setTimeout(resolve, 300));
return r.done();
