import type { DriverName, Layer } from '@castellan/protocol';
import type { Enclosure } from '../boxes/enclosure.ts';
import type { ChildProcess } from 'node:child_process';
import type { BoxCgroup } from '../walls/cgroup/cgroups.ts';
import type { Watched } from '../walls/child.ts';
import type { ProcessView } from '../walls/procfs.ts';

/** Builds enclosures. A new one is a folder with an implementation, and a row in the protocol's `drivers`. */
export interface Driver {
  readonly name: DriverName;
  /**
   * Finds what enclosures of this kind are built with: of the kind are all with the same mounts, filter, `/proc`
   * and nesting, and a memory folder or none. Resolves to what is missing when there is no way.
   */
  prepare(kind: Enclosure): Promise<Builder | Diagnosis>;
  /** What is missing on this machine, from the standard error of an enclosure that did not start. */
  diagnose(lastWords: string): Diagnosis;
  /** How the complaints of its own programs begin, as opposed to those of the program inside. */
  readonly voice: RegExp;
  /** Whether a program inside has its three standard descriptors and no others. */
  readonly hasStandardOnly?: boolean;
}

/** Starts enclosures of one kind. */
export interface Builder {
  /** Layers that stand by construction, besides those that the kernel shows of a process. */
  readonly layers: readonly Layer[];
  /** What its own programs take of the room of a box, where they stay with it; nothing when left out. */
  readonly own?: OwnTasks;
  /** Starts one. Throws `box_failed` when no process can be started. */
  start(enclosure: Enclosure): Enclosed;
}

/** Processes, and those with their threads, that a driver keeps in each box. */
export interface OwnTasks {
  readonly processes: number;
  readonly tasks: number;
}

/** An enclosure that is being built, or stands. */
export interface Enclosed {
  /** Its program, or the one that waits for it and passes its status on. */
  readonly watched: Watched;
  /** The process that Node's own messages go to, where the enclosure asks for them. */
  readonly child?: ChildProcess;
  /** Resolves with the program inside; with `undefined` when all ended before there was one. */
  readonly inner: Promise<ProcessView | undefined>;
  /** The processes that make up the box, where they are more than the program inside. */
  readonly members?: () => readonly number[];
  /** Layers of this driver's alone, from what the kernel says about the box; asked while it stands. */
  readonly proves?: () => readonly Layer[];
  /** The user of the machine that it has to itself; left out when it has the launcher's. */
  readonly user?: number;
  /** Kills all of it, also while it is half built. Does nothing when it has ended. */
  readonly kill: () => void;
  /** The cgroup that the driver has made for it. Left out: it is in none. */
  readonly cgroup?: (pid: number) => BoxCgroup | undefined;
}

export interface Diagnosis {
  /** What is missing, in one sentence. */
  readonly detail: string;
  /** The exact command or setting that fixes it; `null` when that is not known. */
  readonly fix: string | null;
}
