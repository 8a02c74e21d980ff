import { rows, type SyscallTable } from '../../walls/seccomp/table.ts';

/**
 * The kernel reads only 32 bits of these arguments. A rule that denies values has to do the same, or a
 * call with other upper bits would not match it.
 */
const mask = 0xffff_ffffn;

/** The last socket family. */
const lastFamily = 45;
/** AF_UNIX AF_INET AF_INET6: what Chromium needs. No netlink, packets, VSOCK, ALG or Bluetooth. */
const usedFamilies = new Set([1, 2, 10]);

/**
 * Chromium's box. Chromium installs a filter of its own for each renderer, and needs `clone` with
 * namespaces, `unshare` and `chroot` for it. So this table is a deny-list, for all processes in the box.
 * It applies in addition to Chromium's.
 */
export const chromiumTable: SyscallTable = {
  otherwise: 'allow',
  newest: 469,
  rows: [
    {
      name: 'socket',
      number: 41,
      action: 'eperm',
      when: {
        index: 0,
        mask,
        oneOf: Array.from({ length: lastFamily + 1 }, (_, family) => family)
          .filter((family) => !usedFamilies.has(family))
          .map(BigInt),
      },
    },
    // TIOCSTI and TIOCLINUX inject input into a terminal.
    {
      name: 'ioctl',
      number: 16,
      action: 'eperm',
      when: { index: 1, mask, oneOf: [0x5412n, 0x541cn] },
    },
    // Mounts: a process could make them in a user namespace of its own.
    ...rows('eperm', { mount: 165, umount2: 166, pivot_root: 155, setns: 308 }),
    ...rows('eperm', { open_tree: 428, move_mount: 429, fsopen: 430, fsconfig: 431 }),
    ...rows('eperm', { fsmount: 432, fspick: 433, mount_setattr: 442 }),
    ...rows('eperm', { open_tree_attr: 467, statmount: 457, listmount: 458 }),
    // Access to other processes. Only Chromium's crash handler uses it, which is off.
    ...rows('eperm', { ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312 }),
    ...rows('eperm', { pidfd_getfd: 438, process_madvise: 440 }),
    // The machine.
    ...rows('eperm', { syslog: 103, acct: 163, settimeofday: 164, swapon: 167, swapoff: 168 }),
    ...rows('eperm', { reboot: 169, sethostname: 170, setdomainname: 171, iopl: 172, ioperm: 173 }),
    ...rows('eperm', { adjtimex: 159, clock_settime: 227, clock_adjtime: 305, quotactl: 179 }),
    ...rows('eperm', { uselib: 134, personality: 135, vhangup: 153, delete_module: 176 }),
    ...rows('eperm', { mbind: 237, set_mempolicy: 238, migrate_pages: 256, move_pages: 279 }),
    ...rows('eperm', { name_to_handle_at: 303, fanotify_init: 300, lookup_dcookie: 212 }),
    ...rows('eperm', { fanotify_mark: 301, quotactl_fd: 443, set_mempolicy_home_node: 450 }),
    ...rows('eperm', { lsm_set_self_attr: 460, mknod: 133, mknodat: 259, file_setattr: 469 }),
    // Obsolete calls with a history of holes; Chromium makes none of them.
    ...rows('eperm', { modify_ldt: 154, remap_file_pages: 216, create_module: 174, _sysctl: 156 }),
    ...rows('eperm', { get_kernel_syms: 177, query_module: 178, nfsservctl: 180, sysfs: 139 }),
    ...rows('eperm', { ustat: 136, vmsplice: 278 }),
    // Callers fall back silently when these do not exist.
    ...rows('enosys', { io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 }),
    // Tripwires: an honest browser never makes these calls.
    ...rows('kill', { bpf: 321, userfaultfd: 323, perf_event_open: 298 }),
    ...rows('kill', { add_key: 248, request_key: 249, keyctl: 250 }),
    ...rows('kill', { open_by_handle_at: 304, init_module: 175, finit_module: 313 }),
    ...rows('kill', { kexec_load: 246, kexec_file_load: 320 }),
  ],
};
