import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { unwrapped, watchChild } from '../../walls/child.ts';
import { spawnWith } from '../../walls/inherited.ts';
import { ProcessView } from '../../walls/procfs.ts';
import type { Enclosed } from '../driver.ts';
import { least, type Mounter, mounting } from '../memory.ts';
import { bundle, bundleConfig, steps } from './bundle.ts';

/** What enclosures are built with, as absolute paths of programs. */
export interface Means {
  readonly runtime: string;
  readonly setpriv: string;
  readonly mounter: Mounter;
}

/** Threads of the runtime, which are counted with those of the box. */
const runtimeTasks = 32;

/**
 * Starts the runtime in namespaces of its own, in whose memory the bundle lies: nothing of a box is ever on
 * a disk. The first program dies with the launcher, the process namespace with the first program, and
 * with that the runtime and the box, whatever they are doing.
 */
export function spawnEnclosure(
  { runtime, setpriv, mounter }: Means,
  enclosure: Enclosure,
  leaks: readonly number[],
): Enclosed {
  const { length } = enclosure.descriptors;
  const memory = enclosure.memory ?? least;
  const config = bundleConfig(enclosure);
  const own = ['--root', `${bundle}/state`, '--rootless', 'true', 'run'];
  const child = spawnWith(
    setpriv,
    [
      '--pdeathsig',
      'KILL',
      '--',
      ...mounting(
        mounter,
        { ...memory, tasks: memory.tasks + runtimeTasks },
        steps(memory, length),
      ),
      runtime,
      ...own,
      '--preserve-fds',
      String(length - 3),
      '--bundle',
      bundle,
      'box',
    ],
    { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    [...enclosure.descriptors, 'pipe'],
    leaks,
    enclosure.isDetached,
  );
  const direct = watchChild(child);
  const watched = { ...direct, ended: direct.ended.then(unwrapped) };
  // Node's types have only five descriptors.
  const ends: readonly unknown[] = child.stdio;
  (ends[length] as Writable).end(config);
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    watched,
    inner: innerProcess(child.pid ?? 0, isOver),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Resolves when the program has taken the runtime's place in the box. */
async function innerProcess(root: number, isOver: () => boolean): Promise<ProcessView | undefined> {
  while (!isOver()) {
    const pid = inBox(root);
    if (pid !== undefined) {
      try {
        return new ProcessView(pid);
      } catch {
        return undefined;
      }
    }
    // The kernel has no event for somebody else's process.
    await wait(2);
  }
  return undefined;
}

/** The process below `root` that is the first of a process namespace two below that of `root`. */
function inBox(root: number): number | undefined {
  const depth = namespaces(root).length;
  const found = [root];
  for (const pid of found) {
    const own = namespaces(pid);
    if (own.length === depth + 2 && own.at(-1) === '1' && hasStarted(pid)) return pid;
    found.push(...childrenOf(pid));
  }
  return undefined;
}

/** The runtime lets nobody see which program it is; the program in the box is seen at once. */
function hasStarted(pid: number): boolean {
  try {
    return !/(?:runc|crun|memfd:|\(deleted\))/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

function namespaces(pid: number): string[] {
  const line = /^NSpid:\s*(.+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  return line?.split(/\s+/) ?? [];
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      textOf(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
