// Names asked of every resolver that Node has: a question would itself get out.
const { report } = require('./report.js');
const r = report();
const dns = require('node:dns').promises;
const questions = [() => dns.lookup('example.com'), () => dns.resolve4('example.com'), () => dns.resolveTxt('canary.example.com')];
questions.push(() => dns.reverse('8.8.8.8'), () => new dns.Resolver({ timeout: 100, tries: 1 }).resolve4('example.com'));
for (const ask of questions) {
  const answer = await r.wait('ask', ask, 300);
  if (Array.isArray(answer) || answer?.address) r.reach(JSON.stringify(answer));
}
return r.done();
