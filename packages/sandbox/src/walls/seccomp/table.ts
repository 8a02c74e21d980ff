/** What the kernel does with a system call. `kill` ends the whole process with SIGSYS. */
export type SyscallAction = 'allow' | 'eperm' | 'enosys' | 'kill';

/** Holds when `(argument & mask)` is one of the values; the mask is all 64 bits when left out. */
export interface ArgumentRule {
  readonly index: 0 | 1 | 2 | 3 | 4 | 5;
  readonly mask?: bigint;
  readonly oneOf: readonly bigint[];
}

export interface SyscallRow {
  readonly name: string;
  readonly number: number;
  readonly action: SyscallAction;
  /** The action counts only when the rule holds; if not, the call is treated as unlisted. */
  readonly when?: ArgumentRule;
  /** Rules that must hold besides `when`. */
  readonly and?: readonly ArgumentRule[];
  /** Instead of these two: lists of rules, of which one list must hold as a whole. */
  readonly anyOf?: readonly (readonly ArgumentRule[])[];
}

/** The system calls of one engine on x86-64. What is not listed gets `otherwise`. */
export interface SyscallTable {
  readonly otherwise: SyscallAction;
  /**
   * For a table that allows unlisted calls: the last call number that was reviewed. Calls of later
   * kernels are answered as if they did not exist.
   */
  readonly newest?: number;
  readonly rows: readonly SyscallRow[];
}

/** One row for each call, all with the same action. */
export function rows(
  action: SyscallAction,
  numbers: Readonly<Record<string, number>>,
): SyscallRow[] {
  return Object.entries(numbers).map(([name, number]) => ({ name, number, action }));
}

/** Exactly what pthread_create asks for: VM FS FILES SIGHAND THREAD SYSVSEM SETTLS and the tids. */
const threadFlags = 0x3d_0f00n;

/** Every flag of clone(2) that makes a namespace. */
export const namespaceFlags = 0x7e02_0000n;

/** O_WRONLY O_RDWR O_CREAT O_TRUNC O_APPEND, and the bit of O_TMPFILE that is not O_DIRECTORY. */
const writingFlags = 0o1n | 0o2n | 0o100n | 0o1000n | 0o2000n | 0o2000_0000n;

/**
 * O_CLOEXEC O_NONBLOCK O_DIRECT. With O_EXCL a pipe would become a notification queue of the
 * kernel.
 */
const pipeFlags = 0o200_0000n | 0o4000n | 0o4_0000n;

/**
 * Ends with a code below 128 only: bubblewrap reports a signal as the code 128 + n, and no program in a
 * box may look as if the kernel had ended it. Without the call libc ends the process by a fault.
 */
const exitRows = rows('allow', { exit: 60, exit_group: 231 }).map((row): SyscallRow => ({
  ...row,
  when: { index: 0, mask: 0x80n, oneOf: [0n] },
}));

/**
 * The isolate engine: Node starts, makes threads, reads its own files and communicates over inherited
 * descriptors. It cannot write a file, start a process, or create a socket of any family.
 */
export const isolateTable: SyscallTable = {
  otherwise: 'eperm',
  rows: [
    // Descriptors and reading.
    ...rows('allow', { read: 0, write: 1, close: 3, fstat: 5, lseek: 8, pread64: 17, readv: 19 }),
    ...rows('allow', { writev: 20, access: 21, dup: 32, dup2: 33, fcntl: 72, getcwd: 79 }),
    ...rows('allow', { readlink: 89, getdents64: 217, newfstatat: 262, dup3: 292, statx: 332 }),
    {
      name: 'pipe2',
      number: 293,
      action: 'allow',
      when: { index: 1, mask: ~pipeFlags & 0xffff_ffff_ffff_ffffn, oneOf: [0n] },
    },
    {
      name: 'openat',
      number: 257,
      action: 'allow',
      when: { index: 2, mask: writingFlags, oneOf: [0n] },
    },
    {
      name: 'ioctl',
      number: 16,
      action: 'allow',
      // TCGETS TIOCGWINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX
      when: { index: 1, oneOf: [0x5401n, 0x5413n, 0x541bn, 0x5421n, 0x5450n, 0x5451n] },
    },
    // Waiting.
    ...rows('allow', { poll: 7, epoll_wait: 232, epoll_ctl: 233, ppoll: 271, epoll_pwait: 281 }),
    ...rows('allow', { eventfd2: 290, epoll_create1: 291 }),
    // Memory.
    ...rows('allow', { mmap: 9, mprotect: 10, munmap: 11, brk: 12, mremap: 25, madvise: 28 }),
    ...rows('allow', { membarrier: 324, pkey_mprotect: 329, pkey_alloc: 330, pkey_free: 331 }),
    // Signals and threads.
    ...rows('allow', { rt_sigaction: 13, rt_sigprocmask: 14, rt_sigreturn: 15, sigaltstack: 131 }),
    ...rows('allow', { tgkill: 234, futex: 202, set_tid_address: 218, set_robust_list: 273 }),
    ...rows('allow', {
      rseq: 334,
      arch_prctl: 158,
      restart_syscall: 219,
    }),
    ...exitRows,
    ...rows('allow', { sched_yield: 24, sched_getparam: 143, sched_getscheduler: 145 }),
    ...rows('allow', { sched_getaffinity: 204 }),
    { name: 'clone', number: 56, action: 'allow', when: { index: 0, oneOf: [threadFlags] } },
    // Time and randomness.
    ...rows('allow', { nanosleep: 35, gettimeofday: 96, times: 100, clock_gettime: 228 }),
    ...rows('allow', { clock_getres: 229, clock_nanosleep: 230, getrandom: 318 }),
    // Calls about the process itself. prlimit64 may read limits, not set them.
    ...rows('allow', {
      getpid: 39,
      uname: 63,
      getrusage: 98,
      sysinfo: 99,
      getuid: 102,
      getgid: 104,
    }),
    ...rows('allow', { geteuid: 107, getegid: 108, getppid: 110, capget: 125, prctl: 157 }),
    ...rows('allow', { gettid: 186 }),
    { name: 'prlimit64', number: 302, action: 'allow', when: { index: 2, oneOf: [0n] } },
    // bubblewrap starts Node, and may reap it.
    ...rows('allow', { execve: 59, wait4: 61 }),
    // Landlock: by these a process takes rights from itself, and can give itself none.
    ...rows('allow', { landlock_create_ruleset: 444, landlock_add_rule: 445 }),
    ...rows('allow', { landlock_restrict_self: 446 }),
    // Callers fall back silently when these do not exist.
    ...rows('enosys', { io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 }),
    ...rows('enosys', { clone3: 435 }),
    // Tripwires: an honest runner never makes these calls.
    ...rows('kill', { ptrace: 101, process_vm_readv: 310, process_vm_writev: 311 }),
    ...rows('kill', { bpf: 321, userfaultfd: 323, perf_event_open: 298 }),
    ...rows('kill', { add_key: 248, request_key: 249, keyctl: 250 }),
    ...rows('kill', { mount: 165, umount2: 166, pivot_root: 155, setns: 308, unshare: 272 }),
    ...rows('kill', { open_by_handle_at: 304, init_module: 175, finit_module: 313 }),
    ...rows('kill', { kexec_load: 246, kexec_file_load: 320 }),
  ],
};
