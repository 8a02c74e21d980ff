// Requests that two readers would read differently.
const { report, talk } = require('./report.js');
const r = report();
const { port } = params.targets;
const to = `127.0.0.1:${port}`;
const said = [`GET http://allowed.test/ HTTP/1.1\r\nHost: ${to}\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${to}\r\n\r\n`];
said.push(`GET http://user:pw@${to}/ HTTP/1.1\r\n\r\n`, `GET gopher://${to}/ HTTP/1.1\r\n\r\n`, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
said.push(`POST http://x.test/ HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://${to}/ HTTP/1.1\r\n\r\n`);
said.push(`CONNECT x.test:443 HTTP/1.1\r\n\r\nGET http://${to}/ HTTP/1.1\r\nHost: x\r\n\r\n`, '\x05\x01\x00', '\x04\x01\x00\x50\x7f\x00\x00\x01\x00');
for (const text of said) {
  const answer = await r.wait('said', () => talk(3128, text), 400);
  if (/ 200 /.test(answer)) r.reach(text);
}
return r.done();
