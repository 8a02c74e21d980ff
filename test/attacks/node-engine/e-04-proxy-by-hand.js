// The proxy, spoken to by hand, with every spelling of the host.
const { report, talk } = require('./report.js');
const r = report();
const { port } = params.targets;
const spellings = ['127.0.0.1', 'localhost', '127.1', '0x7f.1', '2130706433', '0', '[::1]', '[::ffff:7f00:1]', 'localhost.'];
spellings.push('127.0.0.1.nip.io', '%31%32%37.0.0.1');
for (const host of spellings) {
  const tunnel = await r.wait(host, () => talk(3128, `CONNECT ${host}:${port} HTTP/1.1\r\nHost: x\r\n\r\n`), 400);
  if (/ 200 /.test(tunnel)) r.reach(`tunnel ${host}`);
  const plain = await r.wait(host, () => talk(3128, `GET http://${host}:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`), 400);
  if (/ 200 /.test(plain)) r.reach(`plain ${host}`);
}
return r.done();
