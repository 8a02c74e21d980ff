// Connections to the proxy until nothing is left.
const { report } = require('./report.js');
const r = report();
const net = require('node:net');
for (let index = 0; index < 2_000; index++) {
  r.attempt('c', () => net.connect(3128, '127.0.0.1').on('error', () => {}).write('CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n'));
}
await new Promise((resolve) => setTimeout(resolve, 500));
return r.done();
