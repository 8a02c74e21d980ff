/** How memory and processes of a box are bounded: by cgroup v2, by v1, or by neither. */
export type CgroupMode = 'v2' | 'v1' | 'none';

/**
 * The launcher's part of the cgroup tree. Disposing of it removes that part; the cgroups of boxes must
 * have been removed before.
 */
export interface Cgroups extends AsyncDisposable {
  readonly mode: CgroupMode;
  /** What was found, or why there is nothing, in one sentence. */
  readonly detail: string;
  /** Whether boxes share the processors by it, each its part. */
  readonly hasCpu: boolean;
  /** The parent folders; empty in mode `none`. */
  readonly parents: readonly string[];
  /** Makes an empty cgroup; `undefined` in mode `none`. Default `room`: that of a runner's box. */
  make(room?: CgroupRoom): BoxCgroup | undefined;
  /** Kills and removes what dead launchers have left behind. Returns how many there were. */
  sweep(): Promise<number>;
}

/** Initial limits of a cgroup. */
export interface CgroupRoom {
  /** Processes and threads together. */
  readonly tasks: number;
  /** What may be used while the box starts, until `limitGrowth` sets the real limit. */
  readonly startBytes: number;
  /** Its part of busy processors. Default 100, which every runner's and browser's box has. */
  readonly weight?: number;
}

export interface CgroupReading {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly peakBytes: number;
}

/**
 * The cgroup of one box. A box joins it while Node starts, which hides the 5 to 9 ms that joining
 * takes. Its memory limit is set later, when it is idle, by `limitGrowth`, which is cheap.
 */
export interface BoxCgroup {
  /** Moves a process in, off the main thread. Rejects when the process has ended. */
  join(pid: number): Promise<void>;
  /** From here on the box may grow by `bytes` over what it uses now. Throws when the kernel refuses. */
  limitGrowth(bytes: number): void;
  /** `undefined` once the cgroup is gone. `peakBytes` is 0 where the kernel cannot tell. */
  read(): CgroupReading | undefined;
  /** Resets the peak to the current use. */
  resetPeak(): void;
  /** Whether the kernel shares processors between it and others. */
  readonly hasCpu: boolean;
  /** At most so many processors at a time; null: no limit. Does nothing without `hasCpu`. */
  limitCpus(count: number | null): void;
  /** Sets the limit of tasks, threads included. */
  limitTasks(count: number): void;
  /** Processes in it, and how often the kernel refused another task. */
  tasks(): { readonly processes: number; readonly refused: number };
  /** How many processes the kernel has killed in it for memory; v2 may count one twice. */
  oomKills(): number;
  /** Whether the kernel lists the process here. */
  holds(pid: number): boolean;
  /** Kills what is left inside and removes the folders; waits while the kernel is busy with them. */
  remove(): Promise<void>;
}
