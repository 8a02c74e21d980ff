// Questions to name servers that the script chooses, which carry what it knows in the question.
const { report } = require('./report.js');
const dns = require('node:dns');
const r = report();
for (const server of ['127.0.0.1', '127.0.0.53', '8.8.8.8', '169.254.169.253', '[::1]:53', `127.0.0.1:${params.targets.port}`]) {
  const resolver = new dns.promises.Resolver({ timeout: 100, tries: 1 });
  r.attempt(`server ${server}`, () => resolver.setServers([server]));
  for (const kind of ['A', 'TXT', 'SRV', 'ANY']) {
    await r.wait(`${server} ${kind}`, async () => { const found = await resolver.resolve('what-i-know.test', kind); r.reach(`${server} ${kind}`); return found; }, 400);
  }
}
await r.wait('lookup', () => dns.promises.lookup('localhost.localdomain', { all: true }), 400);
await r.wait('reverse', () => dns.promises.reverse('127.0.0.1'), 400);
r.attempt('order', () => dns.setServers(['127.0.0.1']));
return r.done();
