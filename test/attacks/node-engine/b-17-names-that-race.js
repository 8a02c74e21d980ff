// A folder that becomes a link while what the script leaves is collected, again and again by another thread.
const fs = require('node:fs');
const { Worker } = require('node:worker_threads');
fs.mkdirSync('changing/deep', { recursive: true });
fs.writeFileSync('changing/deep/file.txt', 'own');
new Worker(`const fs = require('node:fs'); process.chdir; const root = ${JSON.stringify(process.cwd())} + '/';
  for (;;) {
    for (const place of ['/etc', '/proc/1', '/', '..', '/castellan']) {
      try { fs.renameSync(root + 'changing', root + 'away'); } catch {}
      try { fs.symlinkSync(place, root + 'changing'); } catch {}
      try { fs.unlinkSync(root + 'changing'); } catch {}
      try { fs.renameSync(root + 'away', root + 'changing'); } catch {}
    }
  }`, { eval: true }).unref();
await new Promise((resolve) => setTimeout(resolve, 100));
return fs.readdirSync('.').length;
