/**
 * The words of Castellan, each one in one table, from which types, validators, the command line,
 * OpenAPI and the reference pages are derived. Reasons, limits, errors and events have separate
 * tables.
 */

/** Returns the names of a table as a tuple, as `z.enum` and others need it. */
export function namesOf<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
): readonly [Name, ...Name[]] {
  return Object.keys(table) as [Name, ...Name[]];
}

interface EngineRow {
  readonly sentence: string;
  /** Whether the script has Node: files, an exit code, connections and, if allowed, processes. */
  readonly hasNode: boolean;
  /** The layer that the engine itself provides. */
  readonly layer: 'isolate' | null;
  /**
   * How often a process may be used. A script that shares its runner's process may have tampered
   * with it.
   */
  readonly reuses: readonly Reuse[];
}

/** What executes a script, by name. */
export const engines = {
  isolate: {
    sentence: 'A bare V8 isolate: ECMAScript, Web APIs and the allowed modules, nothing of Node.',
    hasNode: false,
    layer: 'isolate',
    reuses: ['never', 'tenant'],
  },
  node: {
    sentence: 'All of Node, in the same box.',
    hasNode: true,
    layer: null,
    reuses: ['never'],
  },
} as const satisfies Readonly<Record<string, EngineRow>>;
/** What executes a script. */
export type EngineName = keyof typeof engines;

/** What builds boxes, by name. */
export const drivers = {
  bubblewrap: 'Namespaces, a read-only root and a system call filter, without root.',
  oci: 'A bundle for runc or crun, rootless, in memory; with the same filter.',
  gvisor:
    "The same for runsc: gVisor's kernel answers the script's system calls, not the machine's.",
  docker: 'A container of a Docker daemon, with the same filter. Never chosen unless it is named.',
  none: 'No box: for development. Never chosen unless it is named.',
} as const;
/** What builds a box. */
export type DriverName = keyof typeof drivers;

/** The values of the option `isolation`. */
export const isolationChoices = {
  auto: 'The first driver that works on this machine and can reach the floor, never none.',
  ...drivers,
} as const;
/** The values of the option `isolation`. */
export type IsolationChoice = keyof typeof isolationChoices;

/** Whether a process runs more than one script. */
export const reuses = {
  never: 'One run per process.',
  tenant: 'The same tenant again, one run at a time, each in a fresh isolate.',
} as const;
/** Whether a process runs more than one script. */
export type Reuse = keyof typeof reuses;

interface LayerRow {
  readonly sentence: string;
  /** Who proves it: the kernel, about the running box; or the launcher, which applies it. */
  readonly provedBy: 'kernel' | 'launcher';
  /** Whether a run is refused without it by default. */
  readonly isDefaultFloor: boolean;
  /** The driver that alone puts it up. */
  readonly only?: DriverName;
}

/** The layers around a script. A run's `isolation.layers` lists those that were proved around it. */
export const layers = {
  isolate: {
    sentence: 'The script has a V8 isolate of its own, without Node.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  process: {
    sentence: 'The script runs in a process apart from the launcher.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  userns: {
    sentence: 'User ids of its own: root inside is nobody outside.',
    provedBy: 'kernel',
    isDefaultFloor: true,
  },
  hostuser: {
    sentence: 'On this machine it is a user whom nobody else is: neither root nor another box.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  pidns: {
    sentence: 'It sees no process of this machine.',
    provedBy: 'kernel',
    isDefaultFloor: true,
  },
  netns: {
    sentence: 'A network of its own, with nothing in it.',
    provedBy: 'kernel',
    isDefaultFloor: true,
  },
  mountns: {
    sentence: 'Files of its own: Node and the runner, read-only.',
    provedBy: 'kernel',
    isDefaultFloor: true,
  },
  ipcns: {
    sentence: 'No shared memory or queues with this machine.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  utsns: { sentence: 'A host name of its own.', provedBy: 'kernel', isDefaultFloor: false },
  seccomp: { sentence: 'System calls pass a filter.', provedBy: 'kernel', isDefaultFloor: true },
  mute: {
    sentence:
      'Once it is ready, fewer system calls still: a second filter, which it puts up itself.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  nodump: {
    sentence: 'Its memory is closed to other processes of its user, and to dumps.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  nonewprivs: {
    sentence: 'No program can give it more rights.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  nocaps: {
    sentence: 'It has no capability, in its own namespace either.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  nofork: {
    sentence: 'It can start no process.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  nouserns: {
    sentence: 'It can make no user namespace, whatever its filter says.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  gvisor: {
    sentence: "gVisor's kernel answers its system calls: this machine's sees gVisor only.",
    provedBy: 'kernel',
    isDefaultFloor: false,
    only: 'gvisor',
  },
  rlimits: {
    sentence: 'Files, locks, stack, core dumps and processor time are bounded by the kernel.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  cgroup: {
    sentence: 'Memory, processor time and processes are counted and bounded together.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  cpushare: {
    sentence:
      'Busy processors are shared between boxes as equals, whatever runs in them; the option cpus holds.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  dockersocket: {
    sentence:
      'No wall: the launcher can talk to a Docker socket, which is worth root on this machine.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  watchdog: {
    sentence: 'The launcher reads its memory every 20 ms, in place of a cgroup.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
} as const satisfies Readonly<Record<string, LayerRow>>;
/** A layer that stood during the run, proved by the launcher from outside the box. */
export type Layer = keyof typeof layers;

/** The layers without which nothing is run by default. */
export const defaultFloor: readonly Layer[] = /* @__PURE__ */ layersOfFloor();

function layersOfFloor(): Layer[] {
  return namesOf(layers).filter((name) => layers[name].isDefaultFloor);
}

/** The status of a run. */
export const runStatuses = {
  queued: 'Accepted; waits for its turn.',
  running: 'Its script runs, or is about to.',
  succeeded: 'It returned a value.',
  failed: 'The script failed; see reason and error.',
  timed_out: 'It crossed wallMs or cpuMs.',
  cancelled: 'Somebody cancelled it.',
  expired: 'It waited longer than its ttlMs.',
  error: 'A fault of Castellan, never of the script.',
} as const;
/** The current or final status of a run. */
export type RunStatus = keyof typeof runStatuses;

/** The levels of log lines. */
export const logLevels = {
  debug: 'console.debug',
  info: 'console.log, console.info and the like',
  warn: 'console.warn, and warnings of the runner',
  error: 'console.error',
} as const;
/** The function of the console that wrote a line. */
export type LogLevel = keyof typeof logLevels;

/** How an outbound request ended. */
export const networkOutcomes = {
  ok: 'It was answered.',
  denied: 'Castellan refused it.',
  failed: 'The network or the server failed.',
  aborted: 'The script, or the end of the run, broke it off.',
} as const;
/** How an outbound request ended. */
export type NetworkOutcome = keyof typeof networkOutcomes;
