import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { ProcessView } from '../../walls/procfs.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import { childrenOf } from '../../walls/tree.ts';
import type { Enclosed } from '../driver.ts';
import { bundle, bundleConfig } from './bundle.ts';
import { folderOf, isOver, launch, type Means } from './launch.ts';

/** Threads of the runtime. */
const runtimeTasks = 32;

interface RuntimeRow {
  /** None of the two is to touch a cgroup. */
  readonly options: readonly string[];
  /** Limits that it could not work under itself: they are set when the program has started. */
  readonly late: readonly string[];
}

/** By the name of the runtime; crun writes the filter to a file after it has set the limits. */
const runtimes: Readonly<Record<string, RuntimeRow>> = {
  runc: { options: ['--rootless', 'true'], late: [] },
  crun: { options: ['--cgroup-manager', 'disabled'], late: ['fsize'] },
};
const unknown: RuntimeRow = { options: [], late: [] };

/** Starts the runtime, which executes the program in its own place. */
export function spawnEnclosure(
  means: Means,
  enclosure: Enclosure,
  leaks: readonly number[],
  becoming: readonly string[] = [],
): Enclosed {
  const { descriptors, isDetached, limits } = enclosure;
  const { options, late } = runtimes[basename(means.runtime)] ?? unknown;
  const isLate = ({ option }: ResourceLimit): boolean => late.includes(option);
  const early = { ...enclosure, limits: limits.filter((limit) => !isLate(limit)) };
  const inherited = ['--preserve-fds', String(descriptors.length - 3)];
  const watched = launch(means, {
    becoming,
    rest: ['--root', `${bundle}/state`, ...options, 'run', ...inherited, '--bundle', bundle, 'box'],
    limits: [],
    config: bundleConfig(early),
    memory: folderOf(enclosure),
    isOffline: false,
    tasks: runtimeTasks,
    descriptors,
    isDetached,
    leaks,
  });
  const { child } = watched;
  return {
    watched,
    child,
    inner: limited(
      innerProcess(
        () => inBox(child.pid ?? 0),
        () => isOver(child),
      ),
      means,
      limits.filter(isLate),
    ),
    kill: () => void child.kill('SIGKILL'),
  };
}

/**
 * Sets limits of the process from outside, as the user that it has on the machine: a root without
 * CAP_SYS_RESOURCE may not. One that it lacks is seen when the layers are proved.
 */
async function limited(
  found: Promise<ProcessView | undefined>,
  { setpriv, mounter: { prlimit } }: Means,
  limits: readonly ResourceLimit[],
): Promise<ProcessView | undefined> {
  const inner = await found;
  if (inner === undefined || limits.length === 0) return inner;
  const values = limits.map(({ option, value }) => `--${option}=${value}`);
  const set = [prlimit, '--pid', String(inner.pid), ...values];
  const user = /^Uid:\s+(\d+)/m.exec(textOf(`/proc/${inner.pid}/status`))?.[1];
  const isOurs = user === undefined || Number(user) === process.getuid?.();
  const as = isOurs ? [] : ['--reuid', user, '--regid', user, '--clear-groups'];
  await promisify(execFile)(setpriv, [...as, '--', ...set]).catch(() => undefined);
  return inner;
}

/** Resolves when the process is found that counts as the one in the box. */
export async function innerProcess(
  search: () => number | undefined,
  hasEnded: () => boolean,
  everyMs = 2,
): Promise<ProcessView | undefined> {
  while (!hasEnded()) {
    const pid = search();
    if (pid !== undefined) {
      try {
        return new ProcessView(pid);
      } catch {
        return undefined;
      }
    }
    // The kernel has no event for somebody else's process.
    await wait(everyMs);
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

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
