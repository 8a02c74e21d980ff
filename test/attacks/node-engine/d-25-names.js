// Files whose names and attributes take more room than what is in them.
const fs = require('node:fs');
let made = 0;
let last = 'none';
try {
  for (; ; made++) {
    fs.writeFileSync(`${'n'.repeat(240)}${made}`, '');
    if (made % 100 === 0) fs.symlinkSync('x'.repeat(4_000), `l${made}`);
  }
} catch (error) {
  last = error.code;
}
fs.readdirSync('.').forEach((name) => fs.unlinkSync(name));
return last;
