import { nodeTable } from './node-table.ts';
import { rows, type SyscallRow, type SyscallTable } from './table.ts';

/** AF_UNIX AF_INET AF_INET6 AF_NETLINK: the last one is how the loopback of a box is brought up. */
const families = [1n, 2n, 10n, 16n];

/** What the launcher, the API and Chromium call besides what scripts of the node engine may. */
const programs: readonly SyscallRow[] = [
  // Files.
  ...rows('allow', { chown: 92, fchown: 93, lchown: 94, fchownat: 260, fchmodat2: 452 }),
  ...rows('allow', { openat2: 437, getxattr: 191, lgetxattr: 192, fgetxattr: 193 }),
  ...rows('allow', { listxattr: 194, llistxattr: 195, flistxattr: 196, splice: 275, tee: 276 }),
  ...rows('allow', { sync: 162, syncfs: 306, memfd_create: 319, inotify_init: 253 }),
  // Memory.
  ...rows('allow', { mlock: 149, munlock: 150, mlock2: 325, get_mempolicy: 239 }),
  // Processes, signals and timers.
  ...rows('allow', { getrlimit: 97, setrlimit: 160, rt_sigpending: 127, rt_sigqueueinfo: 129 }),
  ...rows('allow', { rt_sigsuspend: 130, rt_tgsigqueueinfo: 297, tkill: 200, signalfd4: 289 }),
  ...rows('allow', { pidfd_open: 434, pidfd_send_signal: 424, get_robust_list: 274 }),
  ...rows('allow', { sched_setparam: 142, sched_setscheduler: 144, sched_setaffinity: 203 }),
  ...rows('allow', { sched_get_priority_max: 146, sched_get_priority_min: 147 }),
  ...rows('allow', { sched_setattr: 314, sched_getattr: 315, ioprio_set: 251, ioprio_get: 252 }),
  ...rows('allow', { timer_create: 222, timer_settime: 223, timer_gettime: 224 }),
  ...rows('allow', { timer_getoverrun: 225, timer_delete: 226 }),
  // By which a process takes from itself.
  ...rows('allow', { seccomp: 317, landlock_create_ruleset: 444 }),
  ...rows('allow', { landlock_add_rule: 445, landlock_restrict_self: 446 }),
];

/** What boxes are built by, and what Chromium builds its own sandbox by, in user namespaces. */
const building: readonly SyscallRow[] = [
  ...rows('allow', { clone: 56, unshare: 272, mount: 165, umount2: 166, pivot_root: 155 }),
  ...rows('allow', { chroot: 161, sethostname: 170, capset: 126, setuid: 105, setgid: 106 }),
  ...rows('allow', { setreuid: 113, setregid: 114, setgroups: 116, setresuid: 117 }),
  ...rows('allow', { setresgid: 119, setfsuid: 122, setfsgid: 123 }),
];

/** What callers do without when it does not exist, said also to daemons that know no error but EPERM by default. */
const absent: readonly SyscallRow[] = [
  ...rows('enosys', { clone3: 435, io_uring_setup: 425, io_uring_enter: 426 }),
  ...rows('enosys', { io_uring_register: 427, open_tree: 428, move_mount: 429, fsopen: 430 }),
  ...rows('enosys', { fsconfig: 431, fsmount: 432, fspick: 433, mount_setattr: 442 }),
  ...rows('enosys', { futex_waitv: 449, cachestat: 451, map_shadow_stack: 453, mseal: 462 }),
];

const own: readonly SyscallRow[] = [
  ...programs,
  ...building,
  ...absent,
  { name: 'socket', number: 41, action: 'allow', when: { index: 0, oneOf: families } },
];

/**
 * A container with the whole service in it: what the service calls, what boxes are built by, and what
 * the filters of boxes allow. Each box has its own filter under this one, so rules on arguments are
 * theirs. The walls of a container that hold with any other profile hold with this one: nothing
 * of it looks into other processes, loads code into the kernel, or changes the machine. A call that is not
 * named does not exist, so that programs go on as on an older kernel.
 */
export const serviceTable: SyscallTable = {
  otherwise: 'enosys',
  rows: [...allowedToScripts(), ...own],
};

/** Of the largest table of a box, without its rules on arguments. */
function allowedToScripts(): SyscallRow[] {
  const given = new Set(own.map(({ name }) => name));
  return nodeTable(true)
    .rows.filter(({ name, action }) => action === 'allow' && !given.has(name))
    .map(({ name, number, action }) => ({ name, number, action }));
}
