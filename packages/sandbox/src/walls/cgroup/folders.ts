import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startTimeOf } from '../procfs.ts';
import type { CgroupRoom } from './cgroups.ts';

/** A runner's box: Node with an isolate has eleven to fifteen threads. */
export const boxRoom: CgroupRoom = { tasks: 64, startBytes: 512 * 2 ** 20 };

/** The value of a `name value` line, as in `memory.events` or `cpu.stat`; 0 when it is missing. */
export function readField(file: string, name: string): number {
  return fieldOf(readFileSync(file, 'latin1'), name);
}

/** The counts of tasks of a cgroup, as the kernel has them; 0 once it is removed. */
export function readTasks(folder: string): {
  readonly processes: number;
  readonly refused: number;
} {
  try {
    const processes = readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').length - 1;
    return { processes, refused: readField(join(folder, 'pids.events'), 'max') };
  } catch {
    return { processes: 0, refused: 0 };
  }
}

export function fieldOf(text: string, name: string): number {
  for (const line of text.split('\n')) {
    if (line.startsWith(`${name} `)) return Number(line.slice(name.length + 1));
  }
  return 0;
}

/**
 * The name of a folder for all cgroups of one `openCgroups` call. It holds pid namespace, pid and start
 * time of its owner, by which another launcher can tell whether the owner is alive. The random rest
 * keeps several calls of one process apart.
 */
export function launcherFolderName(): string {
  const own = randomBytes(4).toString('hex');
  return `castellan-${pidNamespace()}-${process.pid}-${startTimeOf('self') ?? '0'}-${own}`;
}

/** Names in `parent` of launchers that ran in our pid namespace and are gone. */
export function abandonedFolders(parent: string): string[] {
  return readdirSync(parent).filter((name) => {
    const [, namespace, pid, startTime] =
      /^castellan-(\d+)-(\d+)-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
    // Whether launchers of another pid namespace are alive cannot be seen from here: leave theirs
    // alone.
    if (pid === undefined || namespace !== pidNamespace()) return false;
    return startTimeOf(Number(pid)) !== startTime;
  });
}

/** The pid namespace that this process lives in. */
export function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}

/** Kills everything in the cgroup and below it, then removes the folders. An absent folder is fine. */
export async function removeTree(folder: string): Promise<void> {
  for (const child of subfolders(folder)) await removeTree(join(folder, child));
  const giveUpAt = performance.now() + 5_000;
  for (;;) {
    try {
      killMembers(folder);
      rmdirSync(folder);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() > giveUpAt) throw error;
    }
    // The kernel does not notify anyone when a dying process has left a v1 cgroup: poll.
    await wait(2);
  }
}

function killMembers(folder: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.kill'), '1');
    return;
  } catch {
    // v1, or a kernel before 5.14: one by one.
  }
  for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n')) {
    try {
      if (Number(pid) > 0) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
