// Symbolic links in the working directory, to what lies outside of it.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
for (const to of [params.targets.file, '/etc/passwd', '/proc/1/environ', '/proc/1/root', '/node', '..']) {
  const name = `link-${to.replaceAll('/', '_')}`;
  r.attempt(name, () => fs.symlinkSync(to, name));
  r.attempt(name, () => process.binding('fs').symlink(to, `${name}2`, 0));
}
return r.done();
