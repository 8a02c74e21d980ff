/** How memory and processes of a box are bounded: by cgroup v2, by v1, or by neither. */
export type CgroupMode = 'v2' | 'v1' | 'none';

/**
 * The launcher's corner of the cgroup tree. Disposing of it removes the corner; boxes must have
 * been removed before.
 */
export interface Cgroups extends AsyncDisposable {
  readonly mode: CgroupMode;
  /** What was found, or why there is nothing, in one sentence. */
  readonly detail: string;
  /** The folders that ours lie in; empty in mode `none`. */
  readonly parents: readonly string[];
  /** An empty cgroup, or `undefined` in mode `none`. Room for a runner's box when left out. */
  make(room?: CgroupRoom): BoxCgroup | undefined;
  /** Kills and removes what launchers that are gone have left behind; gives their number. */
  sweep(): Promise<number>;
}

/** What a cgroup is born with. */
export interface CgroupRoom {
  /** Processes and threads together. */
  readonly tasks: number;
  /** What may be used while the box starts, until `limitGrowth` sets the real limit. */
  readonly startBytes: number;
}

export interface CgroupReading {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly peakBytes: number;
}

/**
 * The cgroup of one box. A box joins at birth, because joining costs the caller 5 to 9 ms that
 * Node's start hides, and is bounded when idle by `limitGrowth`, which costs next to nothing.
 */
export interface BoxCgroup {
  /** Moves a process in, off the main thread. Rejects when it is gone. */
  join(pid: number): Promise<void>;
  /** From here on the box may grow by `bytes` over what it uses now. Throws when the kernel refuses. */
  limitGrowth(bytes: number): void;
  /** `undefined` once the cgroup is gone. `peakBytes` is 0 where the kernel cannot tell. */
  read(): CgroupReading | undefined;
  /** Lets the peak start again from what is used now. */
  resetPeak(): void;
  /** From here on it may hold so many tasks, threads included. */
  limitTasks(count: number): void;
  /** Processes in it, and how often the kernel refused another task. */
  tasks(): { readonly processes: number; readonly refused: number };
  /** Above 0 when the kernel killed in it for memory; v2 may count one process twice. */
  oomKills(): number;
  /** Whether the kernel lists the process here. */
  holds(pid: number): boolean;
  /** Kills what is left inside and removes the folders; waits while the kernel is busy with them. */
  remove(): Promise<void>;
}
