/**
 * The words of Castellan, each one in one table, from which types, validators, the command line,
 * OpenAPI and the reference pages are derived. Layers, reasons, limits, errors and events have
 * separate tables.
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
    reuses: ['never', 'tenant', 'context'],
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
  context:
    'The same version of a function again, of the same tenant, one call at a time, each in a fresh context of one isolate. Other runs: one per process.',
} as const;
/** Whether a process runs more than one script. */
export type Reuse = keyof typeof reuses;

/** What is written down of a call of a function, the most first. */
export const callRecords = {
  all: 'A call is a run: written down before it begins, with events, and found again.',
  failures: 'A call that did not succeed is written down when it has ended; others are not.',
  none: 'No call is written down: the answer has all that there is.',
} as const;
/** What is written down of a call of a function. */
export type CallRecord = keyof typeof callRecords;

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
