import { readdirSync, readFileSync } from 'node:fs';
import { hasEnded, launcherName } from '../launcher-name.ts';

const variable = 'CASTELLAN_LAUNCHER';

/** Arguments that mark a bubblewrap process with its launcher. They are not visible inside the box. */
export function mark(): readonly string[] {
  return ['--setenv', variable, launcherName(), '--unsetenv', variable];
}

/**
 * Reaper of half-made boxes of dead launchers. A launcher's death ends bubblewrap at once, but the child
 * of bubblewrap dies with it only after its identity is set: before that it waits forever, and is in no
 * cgroup yet. Returns how many were killed.
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
  return hasEnded(rest[rest.indexOf(variable) + 1] ?? '');
}

/** Kills a bubblewrap that is still building. It is stopped first, so that no new child can escape. */
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
    // It has ended, or belongs to another user.
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
