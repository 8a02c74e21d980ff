// Writing where nothing may be written.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const places = ['/castellan/node-runner.js', '/node', '/x', '/dev/x', '/dev/shm/x', '/lib/x', '/runtime/x'];
places.push('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/sys/kernel/randomize_va_space');
places.push('/proc/sys/net/ipv4/ip_forward', '/etc/passwd', '/usr/x', '/sys/x');
for (const place of places) {
  r.attempt(place, () => {
    fs.writeFileSync(place, 'x');
    r.reach(place);
  });
}
return r.done();
