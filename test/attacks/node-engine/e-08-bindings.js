// Sockets by the inside of Node.
const { report } = require('./report.js');
const r = report();
const { port } = params.targets;
for (const name of ['tcp_wrap', 'pipe_wrap', 'udp_wrap', 'cares_wrap']) r.attempt(name, () => Object.keys(process.binding(name)));
const connect = (ok, no) => {
  const { TCP, TCPConnectWrap, constants } = process.binding('tcp_wrap');
  const request = new TCPConnectWrap();
  request.oncomplete = (status) => (status === 0 ? ok(r.reach('tcp_wrap')) : no(new Error(String(status))));
  const code = new TCP(constants.SOCKET).connect(request, '127.0.0.1', port);
  if (code !== 0) no(new Error(String(code)));
};
await r.wait('raw', () => new Promise(connect));
return r.done();
