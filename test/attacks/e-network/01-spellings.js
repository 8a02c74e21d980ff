// This machine by every spelling that a parser of addresses may take for another.
const { port } = params.targets;
const hosts = ['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', '127.1', '127.0.1', '0', '0.0.0.0', '0177.0.0.1', '0x7f.0.0.1', '0x7f000001', '2130706433', '017700000001', '127.0.0.1.', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '[fe80::1%25lo]', '[::1%25lo]', '127\u30020\uff0e0\uff611', '\u2460\u2461\u2466.0.0.1', '\uff11\uff12\uff17.0.0.1', '%31%32%37.0.0.1', 'a.localhost', '127.0.0.1.nip.io', 'localtest.me', '169.254.169.254', '[fd00:ec2::254]', 'metadata.google.internal', '100.100.100.200', '168.63.129.16', '10.0.0.1', '192.168.0.1', '172.17.0.1', '224.0.0.1', '255.255.255.255', 'host.docker.internal', 'kubernetes.default.svc'];
const reached = [];
let tried = 0;
for (const host of hosts) {
  for (const url of [`http://${host}:${port}/`, `https://${host}:${port}/`, `http://user:word@${host}:${port}/`, `http://allowed.test@${host}:${port}/`, `http://${host}:${port}#@allowed.test/`, `http://${host}\\@allowed.test:${port}/`]) {
    tried++;
    try { const { status } = await fetch(url); reached.push(`${url} ${status}`); } catch { /* refused */ }
  }
}
return { tried, reached };
