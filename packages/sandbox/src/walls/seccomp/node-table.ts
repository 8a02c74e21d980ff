import { isolateTable, namespaceFlags, rows, type SyscallRow, type SyscallTable } from './table.ts';

/** AF_UNIX AF_INET AF_INET6: they only reach the box's own empty network. */
const families = [1n, 2n, 10n];
/** SOCK_STREAM and SOCK_DGRAM, under the flags that go with a type. */
const types = { index: 1, mask: 0xfn, oneOf: [1n, 2n] } as const;
/** Default, TCP and UDP: other protocols would load kernel modules that nothing needs. */
const protocols = { index: 2, oneOf: [0n, 6n, 17n] } as const;

/** Options of a socket: those of one level, by their numbers. */
const options = (level: bigint, ...names: readonly bigint[]) => [
  { index: 1, oneOf: [level] } as const,
  { index: 2, oneOf: names } as const,
];

/**
 * The options that Node sets, and no others: no socket filters, no upper-layer protocols on TCP, no
 * multicast membership, no address tables. In an empty network those would only be attack surface.
 */
const settable = [
  // SO_REUSEADDR SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_LINGER SO_REUSEPORT
  options(1n, 2n, 6n, 7n, 8n, 9n, 13n, 15n),
  // IP_TOS IP_TTL IP_MULTICAST_TTL IP_MULTICAST_LOOP
  options(0n, 1n, 2n, 33n, 34n),
  // TCP_NODELAY TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT
  options(6n, 1n, 4n, 5n, 6n),
  // IPV6_UNICAST_HOPS IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_V6ONLY IPV6_TCLASS
  options(41n, 16n, 18n, 19n, 26n, 67n),
];

/** MSG_OOB and MSG_ZEROCOPY: kernel code with a history of holes that Node never uses. */
const oddFlags = 0x400_0001n;

/** Calls that carry messages, with their flags in the argument of that number. */
function carrying(index: 2 | 3, numbers: Readonly<Record<string, number>>): SyscallRow[] {
  const when = { index, mask: oddFlags, oneOf: [0n] };
  return rows('allow', numbers).map((row) => ({ ...row, when }));
}

const added: readonly SyscallRow[] = [
  // Files, in the one folder where they can be written.
  ...rows('allow', { openat: 257, pwrite64: 18, preadv: 295, pwritev: 296, msync: 26 }),
  ...rows('allow', { fsync: 74, fdatasync: 75, truncate: 76, ftruncate: 77, flock: 73 }),
  ...rows('allow', { chdir: 80, fchdir: 81, rename: 82, mkdir: 83, rmdir: 84, link: 86 }),
  ...rows('allow', { unlink: 87, symlink: 88, chmod: 90, fchmod: 91, umask: 95, statfs: 137 }),
  ...rows('allow', { fstatfs: 138, mkdirat: 258, unlinkat: 263, renameat: 264, linkat: 265 }),
  ...rows('allow', { symlinkat: 266, readlinkat: 267, fchmodat: 268, faccessat: 269 }),
  ...rows('allow', { utimensat: 280, fallocate: 285, renameat2: 316, copy_file_range: 326 }),
  ...rows('allow', { faccessat2: 439, sendfile: 40, inotify_add_watch: 254 }),
  ...rows('allow', { inotify_rm_watch: 255, inotify_init1: 294 }),
  // The older names of calls that are allowed: SQLite and add-ons of older compilers use them.
  ...rows('allow', { open: 2, stat: 4, lstat: 6, creat: 85, getdents: 78, pipe: 22 }),
  ...rows('allow', { utime: 132, utimes: 235, futimesat: 261, epoll_create: 213, eventfd: 284 }),
  ...rows('allow', { time: 201, pause: 34, alarm: 37, getitimer: 36, setitimer: 38 }),
  // The newer ones, and hints.
  ...rows('allow', { epoll_pwait2: 441, preadv2: 327, pwritev2: 328, fadvise64: 221 }),
  ...rows('allow', { readahead: 187, sync_file_range: 277 }),
  // Sockets.
  {
    name: 'socket',
    number: 41,
    action: 'allow',
    when: { index: 0, oneOf: families },
    and: [types, protocols],
  },
  { name: 'socketpair', number: 53, action: 'allow', when: { index: 0, oneOf: [1n] } },
  ...rows('allow', { connect: 42, accept: 43, shutdown: 48, bind: 49, listen: 50 }),
  ...rows('allow', { getsockname: 51, getpeername: 52, getsockopt: 55, accept4: 288 }),
  { name: 'setsockopt', number: 54, action: 'allow', anyOf: settable },
  ...carrying(3, { sendto: 44, recvfrom: 45, recvmmsg: 299, sendmmsg: 307 }),
  ...carrying(2, { sendmsg: 46, recvmsg: 47 }),
  // Waiting, signals, and the process about itself.
  ...rows('allow', { select: 23, pselect6: 270, timerfd_create: 283, timerfd_settime: 286 }),
  ...rows('allow', { timerfd_gettime: 287, rt_sigtimedwait: 128, kill: 62, getpgrp: 111 }),
  ...rows('allow', { getgroups: 115, getresuid: 118, getresgid: 120, getpgid: 121 }),
  ...rows('allow', { getsid: 124, getpriority: 140, setpriority: 141, mincore: 27 }),
  ...rows('allow', { close_range: 436, getcpu: 309 }),
];

const processes: readonly SyscallRow[] = [
  {
    name: 'clone',
    number: 56,
    action: 'allow',
    when: { index: 0, mask: namespaceFlags, oneOf: [0n] },
  },
  // Programs pass on the codes of others, 128 + n for a signal among them.
  ...rows('allow', { exit: 60, exit_group: 231 }),
  ...rows('allow', { fork: 57, vfork: 58, setpgid: 109, setsid: 112, waitid: 247 }),
];

/**
 * The node engine: files in a folder of its own, and sockets in a network that holds nothing but
 * loopback. Processes only where the operator allows them, and namespaces never.
 */
export function nodeTable(childProcesses: boolean): SyscallTable {
  const own = childProcesses ? [...added, ...processes] : added;
  const names = new Set(own.map(({ name }) => name));
  const { otherwise, rows: base } = isolateTable;
  return { otherwise, rows: [...base.filter(({ name }) => !names.has(name)), ...own] };
}
