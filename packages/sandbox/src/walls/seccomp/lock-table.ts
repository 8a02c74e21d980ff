import { isolateTable, rows, type SyscallRow, type SyscallTable } from './table.ts';

/** SECCOMP_SET_MODE_FILTER for all threads: with it a process can take from itself and give itself nothing. */
const tighten: SyscallRow = {
  name: 'seccomp',
  number: 317,
  action: 'allow',
  when: { index: 0, oneOf: [1n] },
  and: [{ index: 1, oneOf: [1n] }],
};

/** A runner of isolates: those of the engine, and the call by which it puts the second filter up. */
export const runnerTable: SyscallTable = {
  ...isolateTable,
  rows: [...isolateTable.rows, tighten],
};

/** What Node and V8 go on calling once all is loaded. */
const kept: ReadonlySet<string> = new Set(
  [
    // The channel, and the shelves, which are open already; and the standard descriptors, at the end.
    'read write writev close pread64 fcntl fstat',
    // Waiting.
    'epoll_ctl epoll_pwait',
    // Memory.
    'mmap mprotect munmap brk mremap madvise membarrier',
    // Signals and threads, which V8 makes as it needs them.
    'rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack tgkill futex clone set_robust_list rseq',
    'restart_syscall exit exit_group gettid getpid prctl',
    'sched_yield sched_getparam sched_getscheduler sched_getaffinity',
    // Time and randomness. V8 asks how much memory there is.
    'gettimeofday clock_gettime clock_getres clock_nanosleep getrandom sysinfo',
  ].flatMap((names) => names.split(' ')),
);

/** Names of threads and of memory: PR_SET_NAME PR_SET_VMA. Nothing opens the process's memory again. */
const naming = { index: 0, oneOf: [15n, 0x5356_4d41n] } as const;

/** F_GETFD F_SETFD F_GETFL F_SETFL: no copies of descriptors, no locks, no leases. */
const flagsOfDescriptors = { index: 1, oneOf: [1n, 2n, 3n, 4n] } as const;

/** Without PROT_EXEC. */
const noCode = { index: 2, mask: 4n, oneOf: [0n] } as const;

/**
 * The second filter, which a runner puts up itself when it is ready and which holds for every run. What it
 * does not name is refused, whatever the first says; tripwires are the first one's. Under `jitless` no
 * memory can be made executable any more.
 */
export function lockTable(jitless: boolean): SyscallTable {
  const allowed = isolateTable.rows
    .filter(({ name, action }) => action === 'allow' && kept.has(name))
    .map((row): SyscallRow => {
      if (row.name === 'prctl') return { ...row, when: naming };
      if (row.name === 'fcntl') return { ...row, when: flagsOfDescriptors };
      const isMemory = row.name === 'mmap' || row.name === 'mprotect';
      return jitless && isMemory ? { ...row, when: noCode } : row;
    });
  return {
    otherwise: 'eperm',
    // Node goes on to `clone` when this does not exist.
    rows: [...allowed, ...rows('enosys', { clone3: 435 })],
  };
}
