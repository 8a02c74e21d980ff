import { readdirSync, readFileSync } from 'node:fs';
import { pidNamespace } from '../cgroup/folders.ts';
import { startTimeOf } from '../procfs.ts';

const variable = 'CASTELLAN_LAUNCHER';

/** Arguments that say whose a bubblewrap is. Nothing of them is to be seen inside. */
export function mark(): readonly string[] {
  const name = `${pidNamespace()}-${process.pid}-${startTimeOf('self') ?? '0'}`;
  return ['--setenv', variable, name, '--unsetenv', variable];
}

/**
 * Kills what dead launchers left half made. A launcher's death ends bubblewrap at once, but its
 * child ends with it only once its identity is set: before, it waits for ever, in no cgroup yet.
 * Gives how many there were.
 */
export function killOrphans(): number {
  const orphans = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isOrphan);
  for (const pid of orphans) kill(pid);
  return orphans.length;
}

function isOrphan(pid: number): boolean {
  const [program = '', ...rest] = argumentsOf(pid);
  if (!program.endsWith('/bwrap')) return false;
  const [, namespace, launcher, startTime] =
    /^(\d+)-(\d+)-(\d+)$/.exec(rest[rest.indexOf(variable) + 1] ?? '') ?? [];
  // The launchers of another pid namespace cannot be seen from here, so theirs are not ours to end.
  if (launcher === undefined || namespace !== pidNamespace()) return false;
  return startTimeOf(Number(launcher)) !== startTime;
}

/** Kills bubblewrap while it builds: stopped first, so that no child appears that nobody would end. */
export function killUnfinished(pid: number): void {
  if (!kill(pid, 'SIGSTOP')) return;
  for (const child of childrenOf(pid)) kill(child);
  kill(pid);
}

function argumentsOf(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`).split('\0');
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It is gone, or another user's.
    return '';
  }
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
