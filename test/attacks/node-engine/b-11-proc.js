// Other processes and the machine itself, as far as /proc knows of any.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const processes = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
if (processes.length !== 1) r.reach(`processes ${processes}`);
for (const name of ['environ', 'cmdline', 'cgroup', 'status', 'limits']) {
  r.attempt(name, () => fs.readFileSync(`/proc/1/${name}`));
}
for (const name of fs.readdirSync('/proc/self/fd')) r.attempt(name, () => fs.readlinkSync(`/proc/self/fd/${name}`));
// What cpuid, sysinfo and uname tell as well, and processors that have done nothing.
const harmless = new Set(['cpuinfo', 'loadavg', 'meminfo', 'stat', 'uptime', 'version']);
(function look(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (/^\d+$/.test(entry.name) || entry.isSymbolicLink() || harmless.has(entry.name)) continue;
    if (entry.isDirectory()) look(path);
    else r.attempt(path, () => { if (fs.readFileSync(path).length > 0) r.reach(path); });
  }
})('/proc');
const used = fs.readFileSync('/proc/stat', 'latin1').replaceAll(/^cpu\d*/gm, '');
if (/[1-9]/.test(used)) r.reach('what others use of the processors');
return r.done();
