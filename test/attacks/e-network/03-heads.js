// Headers and methods that would make two requests of one, or another host of the one that was checked.
const { port, site } = params.targets;
// Whatever others have asked is not counted.
await (await fetch(`http://127.0.0.1:${site}/seen`)).text();
const home = `http://127.0.0.1:${site}/asked`;
const other = `127.0.0.1:${port}`;
const heads = [{ host: other }, { Host: other, 'x-forwarded-host': other }, { 'content-length': '0' }, { 'content-length': '5', 'transfer-encoding': 'chunked' }, { 'transfer-encoding': 'chunked, identity' }, { 'transfer-encoding': 'xchunked' }, { connection: 'upgrade', upgrade: 'h2c', 'http2-settings': 'AA' }, { connection: 'x-secret, authorization' }, { 'proxy-authorization': 'Basic x' }, { 'proxy-connection': 'keep-alive' }, { expect: '100-continue' }, { te: 'trailers', trailer: 'host' }, { ':authority': other }, { 'keep-alive': 'timeout=1000' }, { via: 'x', forwarded: `host=${other}` }, { 'x\r\nhost': other }, { x: `y\r\nhost: ${other}` }, { x: `y\r\n\r\nGET / HTTP/1.1\r\nhost: ${other}\r\n\r\n` }, { x: 'y\0z' }, { 'x ': 'y' }, { ' x': 'y' }, { 'x:': 'y' }, { cookie: 'a=1\r\nb=2' }, { '': 'y' }];
const methods = ['CONNECT', 'TRACE', 'TRACK', 'GET / HTTP/1.1\r\nhost: x\r\n\r\nGET', 'GET ', '', 'get', 'PRI', 'PATCH\0', '__proto__'];
let sent = 0;
for (const headers of heads) {
  try { await fetch(home, { headers, method: 'POST', body: 'GET / HTTP/1.1\r\nhost: x\r\n\r\n' }); sent++; } catch { /* refused */ }
}
for (const method of methods) {
  try { await fetch(home, { method }); sent++; } catch { /* refused */ }
}
const seen = await (await fetch(`http://127.0.0.1:${site}/seen`)).json();
const hosts = new Set(seen.map(({ headers }) => headers.filter((_, at) => at > 0 && headers[at - 1].toLowerCase() === 'host').join()));
return { sent, seen: seen.length, hosts: [...hosts].map((host) => host === `127.0.0.1:${site}`), urls: [...new Set(seen.map(({ url }) => url))], methods: [...new Set(seen.map(({ method }) => method))].sort() };
