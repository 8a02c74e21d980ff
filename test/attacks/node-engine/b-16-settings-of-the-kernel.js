// Settings of the kernel that run a program of the script's choice as root, or change the machine.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const places = { '/proc/sys/kernel/core_pattern': '|/scratch/own', '/proc/sys/kernel/modprobe': '/scratch/own', '/proc/sys/kernel/hostname': 'owned', '/proc/sys/vm/overcommit_memory': '1', '/proc/sys/user/max_user_namespaces': '1000', '/proc/sys/kernel/ns_last_pid': '100', '/proc/sysrq-trigger': 'h', '/proc/self/oom_score_adj': '-1000', '/proc/self/uid_map': '0 0 1', '/proc/self/gid_map': '0 0 1', '/proc/self/setgroups': 'allow', '/proc/self/attr/current': 'x', '/proc/self/loginuid': '0', '/proc/self/clear_refs': '1', '/proc/self/timerslack_ns': '0', '/proc/irq/1/smp_affinity': '1', '/proc/bus/pci/00/00.0': 'x', '/sys/kernel/uevent_helper': '/scratch/own', '/sys/fs/cgroup/cgroup.procs': '1', '/sys/fs/cgroup/memory/release_agent': '/scratch/own', '/sys/power/state': 'mem', '/sys/module/x/parameters/y': '1', '/sys/kernel/mm/ksm/run': '1' };
const own = new Set(['/proc/self/attr/current', '/proc/self/clear_refs', '/proc/self/timerslack_ns']);
for (const [path, text] of Object.entries(places)) {
  for (const one of new Set([path, path.replace('/self/', '/1/')])) {
    r.attempt(one, () => {
      const file = fs.openSync(one, 'r+');
      const wrote = fs.writeSync(file, text);
      fs.closeSync(file);
      if (wrote > 0 && !own.has(path)) r.reach(one);
    });
  }
}
return r.done();
