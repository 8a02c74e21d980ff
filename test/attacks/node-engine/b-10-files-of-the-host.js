// Files of the host by every path that could lead to them.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const { file } = params.targets;
const roots = ['', '/proc/1/root', '/proc/self/root', '/proc/self/cwd/../../..', '/scratch/../..', '/proc/1/cwd/../..'];
const places = [file, '/etc/os-release', '/etc/shadow', '/root/.ssh/id_rsa', '/home', '/var/run', '/sys', '/boot'];
for (const root of roots) {
  for (const place of places) {
    const read = () => (fs.statSync(root + place).isDirectory() ? fs.readdirSync(root + place) : fs.readFileSync(root + place));
    const label = `${roots.indexOf(root)} ${places.indexOf(place)}`;
    r.attempt(label, read);
    // A driver may have an empty folder there.
    if (fs.existsSync(root + place) && read().length > 0) r.reach(label);
  }
}
return r.done();
