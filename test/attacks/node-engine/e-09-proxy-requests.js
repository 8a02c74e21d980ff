// The proxy as a way into itself: requests to it by itself, loops, other protocols, and ends that are never said.
const { report, talk } = require('./report.js');
const r = report();
const { port } = params.targets;
const says = { itself: 'CONNECT 127.0.0.1:3128 HTTP/1.1\r\nHost: x\r\n\r\n', loop: 'GET http://127.0.0.1:3128/ HTTP/1.1\r\nHost: x\r\n\r\n', socks4: Buffer.from([4, 1, port >> 8, port & 255, 127, 0, 0, 1, 0]).toString('latin1'), socks5: '\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01', h2: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', tls: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', path: `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, file: 'GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', ftp: `GET ftp://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`, websocket: `GET ws://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`, star: 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', trace: `TRACE http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nMax-Forwards: 0\r\n\r\n`, metadata: 'GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n', credentials: `CONNECT a:b@127.0.0.1:${port} HTTP/1.1\r\n\r\n`, two: `CONNECT allowed.test:80 HTTP/1.1\r\nHost: x\r\n\r\nGET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`, long: `CONNECT ${'a'.repeat(100_000)}:80 HTTP/1.1\r\n\r\n`, dns: 'CONNECT canary.by.name.test:53 HTTP/1.1\r\n\r\n' };
await Promise.all(Object.entries(says).map(async ([name, said]) => {
  const heard = await r.wait(name, () => talk(3128, said), 2_000);
  if (/ (?:200|101) /.test(heard)) r.reach(name);
}));
return r.done();
