import type { LandlockRights } from '../walls/landlock.ts';
import type { ResourceLimit } from '../walls/rlimits.ts';
import type { SyscallTable } from '../walls/seccomp/table.ts';

/**
 * Walls, and the program behind them: what a box is made of, said without the words of any driver. All
 * enclosures have namespaces of their own for users, processes, mounts, IPC and host name, the user
 * nobody, no capability, and an end together with their launcher. What is not named here is not in it.
 */
export interface Enclosure {
  readonly hostname: string;
  /** The program and its arguments, as paths inside. */
  readonly command: readonly [program: string, ...rest: string[]];
  /** The whole environment. Nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the program's descriptors are, from 0 on: `/dev/null`, a pipe to the launcher, or Node's. */
  readonly descriptors: readonly ('ignore' | 'pipe' | 'ipc')[];
  /** Files and folders of the machine, read-only. */
  readonly mounts: readonly Mount[];
  /**
   * `/proc`: none; the box's own processes, read-only and with nothing of the machine, which needs a folder
   * in memory; or one in which Chromium's sandbox can be built, where settings are covered.
   */
  readonly proc: 'none' | 'own' | 'nesting';
  /** The only writable files, in memory. */
  readonly memory?: MemoryFolder;
  /** A network of its own with nothing in it, or that of the machine. */
  readonly network: 'none' | 'machine';
  readonly filter: SyscallTable;
  readonly rights: LandlockRights;
  readonly limits: readonly ResourceLimit[];
  /** Processors that it may use at a time, for who makes its cgroup. Left out: as many as are free. */
  readonly cpus?: number | undefined;
  /** Whether its programs may make user namespaces, as Chromium's sandbox does. */
  readonly mayNest: boolean;
  /** Whether process 1 collects orphans; else the program is process 1 itself. */
  readonly hasReaper: boolean;
  /** Whether signals of a terminal do not reach it. */
  readonly isDetached: boolean;
}

export interface Mount {
  /** An absolute path on the machine. */
  readonly from: string;
  /** The path inside. */
  readonly to: string;
}

/** A file system in memory that vanishes with the box, and that nothing can be executed from. */
export interface MemoryFolder {
  /** Its size in bytes. */
  readonly bytes: number;
  /** The limit of files and folders, whatever their size. */
  readonly inodes: number;
  /** The limit of processes and threads, where the kernel counts them per user namespace. */
  readonly tasks: number;
  /** Folders in it. */
  readonly folders: readonly string[];
  /** By path inside: which of the folders is found there, writable; an empty name is all of them. */
  readonly writable: Readonly<Record<string, string>>;
  /** By path inside: a read-only folder with these texts, by name. */
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Harmless devices that programs expect, by their names in `/dev`. */
  readonly devices: readonly string[];
  /** By path inside: what a symbolic link there leads to. */
  readonly links: Readonly<Record<string, string>>;
}
