import type { BoxSpec } from './driver.ts';

/** Where the runner and its parts are, as the runner sees them; an empty name means none. */
export interface RunnerPaths {
  readonly runner: string;
  readonly addon: string;
  readonly snapshot: string;
  readonly browserSnapshot: string;
  readonly runtime: string;
}

/** What follows Node's name: its flags, the program, then `MEMORY_BYTES REUSABLE ADDON SNAPSHOT RUNTIME`. */
export function runnerArguments(paths: RunnerPaths, spec: BoxSpec): string[] {
  return [
    // No signal may open the inspector.
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
    ...(spec.jitless ? ['--jitless'] : []),
    paths.runner,
    String(spec.memoryBytes),
    String(spec.reusable),
    paths.addon,
    spec.browser === true ? paths.browserSnapshot : paths.snapshot,
    paths.runtime,
  ];
}

/** The whole environment of a runner. Nothing is inherited. */
export const runnerEnvironment: Readonly<Record<string, string>> = { TZ: 'UTC', LANG: 'C.UTF-8' };
