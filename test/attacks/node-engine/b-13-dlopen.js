// Native code of the script's own, loaded from where it can write.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const library = fs.readdirSync('/lib/x86_64-linux-gnu').find((name) => name.startsWith('libm.so'));
fs.copyFileSync(`/lib/x86_64-linux-gnu/${library}`, '../tmp/own.node');
for (const path of ['../tmp/own.node', '/scratch/tmp/own.node', '/tmp/own.node', '/proc/self/root/scratch/tmp/own.node']) {
  r.attempt('load', () => {
    try {
      process.dlopen({ exports: {} }, require('node:path').resolve(path));
    } catch (error) {
      if (!/failed to map|denied/i.test(error.message)) r.reach(error.message);
      throw error;
    }
  });
}
return r.done();
