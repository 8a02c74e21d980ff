// UDP to whoever would answer.
const { report } = require('./report.js');
const r = report();
const socket = require('node:dgram').createSocket('udp4').on('error', () => {});
const send = (host) => new Promise((ok, no) => socket.send('x', 53, host, (error) => (error ? no(error) : ok('sent'))));
for (const host of ['127.0.0.1', '8.8.8.8', '255.255.255.255', '224.0.0.251', '10.0.2.3']) {
  const answer = await r.wait(host, () => send(host), 300);
  if (answer === 'sent' && host !== '127.0.0.1') r.reach(host);
}
return r.done();
