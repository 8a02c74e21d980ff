import type { DriverName, EngineName, Layer } from '@castellan/protocol';
import type { Duplex, Writable } from 'node:stream';
import type { Ended } from '../../walls/child.ts';
import type { Metering } from '../../walls/meter.ts';

/** What goes into a box, as absolute paths on the machine. All of it is read-only inside. */
export interface BoxParts {
  /** The Node executable. */
  readonly node: string;
  /** A folder with `runner.js` and what it reads; nothing in it may be secret. */
  readonly runnerDir: string;
  /** Which compiled code fits the runner's programs; none when left out. See `codeKey` of the protocol. */
  readonly programKey?: string;
  /** The native library of isolated-vm. */
  readonly addon: string;
  /** Whether `lock.node` is there too, by which a runner of isolates closes itself before a run. */
  readonly hasLock?: boolean;
  /** The program by which a box takes rights from itself before Node starts; none where the build had no gcc. */
  readonly landlock?: string;
  /** What isolates start from. */
  readonly snapshot?: Snapshot;
  /** The same with Puppeteer in it, for boxes that have a browser. */
  readonly browserSnapshot?: Snapshot;
  /** A built runtime: the packages that scripts can be allowed. */
  readonly runtimeDir?: string;
  /** Node engine: the runtime's `node_modules`. */
  readonly nodeModules?: string;
}

/** A start-up snapshot for isolates, made by the build of this project. */
export interface Snapshot {
  /** An absolute path. */
  readonly file: string;
  /** Which compiled code fits isolates that start from it; see `codeKey` of the protocol. */
  readonly codeKey: string;
}

/** What a box is built from. Two boxes of equal spec are interchangeable. */
export interface BoxSpec {
  readonly engine: EngineName;
  /** Bytes by which the box may grow over its idle state. */
  readonly memoryBytes: number;
  /** Processor time of one run; `RLIMIT_CPU` is set above it as a backstop. */
  readonly cpuMs: number;
  /** Processors that a run may use at a time. Left out: as many as are free. */
  readonly cpus?: number | undefined;
  /** No machine code is generated in the box. */
  readonly jitless: boolean;
  /** Node engine: how many processes there may be, the first one included; 1 when left out. */
  readonly processes?: number;
  /** Node engine: whether a network may be reached, so that its proxy is prepared. */
  readonly network?: boolean;
  /** Whether more than one run may be given to the box, one after the other. */
  readonly reusable: boolean;
  /** Whether Puppeteer is loaded in it. */
  readonly browser?: boolean;
  /**
   * Isolate engine: whether the type stripper is loaded in advance. Boxes with and without it serve
   * all runs.
   */
  readonly typescript?: boolean;
}

/** A running box. Disposing of it kills what is inside and waits until nothing is left. */
export interface Box extends AsyncDisposable {
  /** The pid of the runner, in the pid namespace of this process. */
  readonly pid: number;
  /** Frames, both ways. Every byte that is read here is hostile. */
  readonly channel: Duplex;
  /** Answers to synchronous calls; frames to the box only. */
  readonly replies: Writable;
  /** Resolves once, when the runner is gone. Never rejects. */
  readonly exited: Promise<BoxExit>;
  /**
   * The layers around the running box, from what the kernel says about it; `isolate`, `process`,
   * `nofork` and `watchdog` follow from how it was built. Ask once the runner has spoken. None once
   * the box is gone.
   */
  proveLayers(): readonly Layer[];
  /**
   * Called when the box is idle, before each run. What is used from then on is charged to the run; where
   * there is a cgroup, the memory limit is set to the current use plus `memoryBytes`, and from here on the box
   * has at most `cpus` processors.
   */
  startMetering(): void;
  /** Processor time and memory since `startMetering`; the last sample once the box is dead. */
  meter(): Metering;
  /**
   * Whether it has more processes than it may, or the kernel has refused it a process or a thread.
   * Always false without a cgroup.
   */
  isOvercrowded(): boolean;
  /** Kills the runner at once. Does nothing when it has exited. */
  kill(): void;
}

export interface BoxExit extends Ended {
  /** The first 16 KiB of the engine's standard error. Hostile text. */
  readonly stderr: string;
  /** The kernel killed the box for its memory. */
  readonly oomKilled: boolean;
}

/** Starts boxes of runners. One interface, one conformance suite over all implementations. */
export interface Runners {
  /** What builds the boxes. */
  readonly driver: DriverName;
  /** Tests whether this machine can build a box, by building one. */
  check(engine?: EngineName): Promise<RunnerCheck>;
  /**
   * Starts a box: its process exists and the runner is loading. All layers are in force before the
   * runner writes its first byte. Throws `isolation_unavailable` or `box_failed`.
   */
  start(spec: BoxSpec): Promise<Box>;
}

/** Whether boxes of runners can be built here. */
export interface RunnerCheck {
  readonly ok: boolean;
  /** What was found, or what is missing, in one sentence. */
  readonly detail: string;
  /** The exact command or setting that fixes it. */
  readonly fix: string | null;
}
