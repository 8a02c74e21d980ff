import { mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kinshipOf } from '../procfs.ts';
import type { BoxCgroup } from './cgroups.ts';

/** More rounds than are needed for a program that starts others while it is being moved. */
const rounds = 100;

/**
 * Whether all processes in the cgroup belong to this one: they are in its process group, as everything
 * is that a service manager starts, or they are its descendants. A shell with job control, or other
 * processes of a login session, do not. False when it cannot be read.
 */
export function isOurs(folder: string): boolean {
  const group = kinshipOf('self')?.group;
  try {
    return membersOf(folder).every((pid) => kinshipOf(pid)?.group === group || isChild(pid));
  } catch {
    return false;
  }
}

/**
 * Moves every process of the cgroup, this one included, into a child cgroup. Processes that they start
 * meanwhile are in one of the two, so this terminates. Rejects when the kernel refuses.
 */
export async function stepInto(folder: string, leaf: string): Promise<void> {
  const file = join(folder, leaf, 'cgroup.procs');
  makeFolder(join(folder, leaf));
  for (let round = 0; round < rounds; round++) {
    const members = membersOf(folder);
    if (members.length === 0) return;
    for (const pid of members) {
      try {
        await writeFile(file, String(pid));
      } catch (error) {
        // Gone in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
  throw new Error('new processes appear in it faster than they can be moved');
}

/** Moves processes into a cgroup, and those that they start meanwhile: later ones are born in it. */
export async function joinAll(
  cgroup: Pick<BoxCgroup, 'join'>,
  members: () => readonly number[],
): Promise<void> {
  const moved = new Set<number>();
  const left = (): number[] => members().filter((pid) => !moved.has(pid));
  for (let some = left(); some.length > 0; some = left()) {
    for (const pid of some) {
      moved.add(pid);
      try {
        await cgroup.join(pid);
      } catch (error) {
        // Gone in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

/** Not Node's `recursive` option: it hides the reason why a folder cannot be made. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Processes of another pid namespace are listed as 0 and cannot be moved. */
function membersOf(folder: string): number[] {
  const text = readFileSync(join(folder, 'cgroup.procs'), 'latin1');
  return text.split('\n').filter(Boolean).map(Number);
}

function isChild(pid: number): boolean {
  for (let each: number | undefined = pid; each !== undefined && each > 1;) {
    if (each === process.pid) return true;
    each = kinshipOf(each)?.parent;
  }
  return false;
}
