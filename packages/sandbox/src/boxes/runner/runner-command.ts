import type { BoxParts, BoxSpec } from './box.ts';

/** Paths of the runner and its parts, as the runner sees them; an empty path means none. */
export interface RunnerPaths {
  readonly runner: string;
  readonly addon: string;
  readonly snapshot: string;
  readonly browserSnapshot: string;
  readonly runtime: string;
  /** Whether the channel is descriptors 0 and 1, for want of others. */
  readonly hasStandardOnly?: boolean;
}

/**
 * The arguments of Node: its flags, the program, then `PROGRAM_KEY MEMORY_BYTES REUSABLE
 * ADDON SNAPSHOT CODE_KEY TYPESCRIPT LOCK RUNTIME [CHANNEL]`. `lock` is the filter under which runs are, or empty.
 */
export function isolateArguments(
  paths: RunnerPaths,
  parts: BoxParts,
  spec: BoxSpec,
  lock = '',
): string[] {
  const hasBrowser = spec.browser === true;
  const snapshot = hasBrowser ? parts.browserSnapshot : parts.snapshot;
  return [
    // No signal may open the inspector.
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
    ...(spec.jitless ? ['--jitless'] : []),
    paths.runner,
    parts.programKey ?? '',
    String(spec.memoryBytes),
    String(spec.reusable),
    paths.addon,
    hasBrowser ? paths.browserSnapshot : paths.snapshot,
    snapshot?.codeKey ?? '',
    String(spec.typescript === true),
    lock,
    paths.runtime,
    ...channelOf(paths),
  ];
}

/** The whole environment of a runner. Nothing is inherited. */
export const runnerEnvironment: Readonly<Record<string, string>> = { TZ: 'UTC', LANG: 'C.UTF-8' };

/** Paths of the node engine's parts, as its runner sees them. */
export interface NodePaths {
  readonly runner: string;
  /** The working directory. */
  readonly work: string;
  /** Writable folders, the working directory included. */
  readonly writable: readonly string[];
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** The port of the proxy; 0 for any free port. */
  readonly proxyPort: number;
  readonly hasStandardOnly?: boolean;
}

/** The arguments of Node: its flags, the program, then `PROGRAM_KEY WORK RUNTIME PROXY_PORT
 * NETWORK BROWSER [CHANNEL]`. */
export function nodeArguments(paths: NodePaths, parts: BoxParts, spec: BoxSpec): string[] {
  return [
    '--disable-sigusr1',
    youngGeneration(spec),
    // Defence in depth: Node's permission model denies what the box would refuse anyway.
    '--permission',
    '--allow-fs-read=*',
    ...paths.writable.map((folder) => `--allow-fs-write=${folder}/*`),
    '--allow-fs-write=/dev/null',
    // It opens them once more, to have them elsewhere.
    ...(paths.hasStandardOnly === true ? ['--allow-fs-write=/proc/self/fd/1'] : []),
    '--allow-addons',
    '--allow-worker',
    ...((spec.processes ?? 1) > 1 ? ['--allow-child-process'] : []),
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    paths.runner,
    parts.programKey ?? '',
    paths.work,
    paths.runtime,
    String(paths.proxyPort),
    String(spec.network ?? false),
    String(spec.browser ?? false),
    ...channelOf(paths),
  ];
}

function channelOf({ hasStandardOnly }: Pick<RunnerPaths, 'hasStandardOnly'>): string[] {
  return hasStandardOnly === true ? ['standard'] : [];
}

/**
 * V8's young generation may grow to three times this before V8 looks for garbage in it, whatever little
 * the run may have: the default costs a script with 8,000 elements of a page 196 MiB, this 97.
 */
function youngGeneration({ memoryBytes }: BoxSpec): string {
  const megabytes = Math.floor(memoryBytes / 2 ** 24);
  return `--max-semi-space-size=${Math.min(Math.max(megabytes, 1), 16)}`;
}

/** The environment of the node engine's runner. */
export function nodeEnvironment(folder: string): Readonly<Record<string, string>> {
  return {
    ...runnerEnvironment,
    HOME: `${folder}/home`,
    TMPDIR: `${folder}/tmp`,
    PATH: '/usr/bin:/bin',
  };
}
