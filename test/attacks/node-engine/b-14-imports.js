// Module names that lead elsewhere than to the runtime.
const { report } = require('./report.js');
const r = report();
const { file } = params.targets;
const names = [file, `file://${file}`, 'file:///etc/passwd', 'data:text/javascript,export default process.pid', '../../etc/passwd'];
names.push('./../x.js', '/castellan/node-runner.js', 'file:///castellan/node-runner.js', '#x', 'castellan:hook', 'http://127.0.0.1/x.js');
names.push('\0', '', 'a/../../x', '@/x', '.', '..');
for (const name of names) {
  await r.wait(name, async () => {
    await import(name);
    r.reach(`import ${name}`);
  });
  r.attempt(name, () => {
    require(name);
    r.reach(`require ${name}`);
  });
}
return r.done();
