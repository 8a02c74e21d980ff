// File names that would do something to whoever shows or stores them.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
for (const name of ['a\nb', '\u202egnp.exe', '.bashrc', '-rf', 'a\x1b[2J', 'con', 'x'.repeat(255), '__proto__']) {
  r.attempt(JSON.stringify(name), () => fs.writeFileSync(name, 'x'));
}
return r.done();
