import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import type { Layer } from '@castellan/protocol';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { treeOf } from '../../walls/tree.ts';
import type { Enclosed, OwnTasks } from '../driver.ts';
import { bundle } from '../oci/bundle.ts';
import { folderOf, isOver, launch, type Means } from '../oci/launch.ts';
import { innerProcess } from '../oci/spawn.ts';
import { gvisorConfig, passed, type Shell } from './bundle.ts';
import type { Platform } from './platforms.ts';

/** What enclosures are built with. */
export interface GvisorMeans extends Means {
  readonly shell: Shell;
  readonly platform: Platform;
}

/**
 * What stays in a box besides the program: the one that waits, gVisor's kernel, what opens files for it,
 * and what memory of programs is made from, with the threads of all of them.
 */
export const ownTasks: OwnTasks = { processes: 7, tasks: 256 };

/** Limits that hold for gVisor's own processes. It knows the others, and does not count like Linux. */
const outside: ReadonlySet<string> = new Set(['core', 'cpu', 'memlock', 'msgqueue']);

/** Starts runsc. The process that counts as the one in the box is gVisor's kernel. */
export function spawnEnclosure(
  means: GvisorMeans,
  enclosure: Enclosure,
  leaks: readonly number[],
  becoming: readonly string[] = [],
): Enclosed {
  const flags = [
    `--platform=${means.platform}`,
    '--network=none',
    // The launcher's own cgroup bounds all of it.
    '--ignore-cgroups',
    '--rootless',
    // The filter counts inside too, in gVisor's kernel.
    '--oci-seccomp',
    // Nothing lies over the root, to be written in.
    '--overlay2=none',
  ];
  const watched = launch(means, {
    becoming,
    rest: ['--root', `${bundle}/state`, ...flags, 'run', '--bundle', bundle, 'box'],
    limits: enclosure.limits.filter(({ option }) => outside.has(option)),
    config: gvisorConfig(enclosure, means.shell),
    memory: { ...folderOf(enclosure), links: {} },
    // It listens for commands under a name of its network's.
    isOffline: true,
    tasks: ownTasks.tasks,
    descriptors: passed,
    isDetached: enclosure.isDetached,
    leaks,
  });
  const { child, ends } = watched;
  const root = child.pid ?? 0;
  return {
    watched: { ...watched, ends: [undefined, undefined, ends[2], ends[1], ends[0]] },
    inner: innerProcess(
      () => treeOf(root).find(isKernel),
      () => isOver(child),
      searchMs,
    ),
    members: () => treeOf(root),
    proves: () => (isAllGvisor(root, realpathSync(means.runtime)) ? gvisorLayers : []),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The interval at which the kernel is searched for, among some hundred threads. */
const searchMs = 10;

const gvisorLayers: readonly Layer[] = ['gvisor'];

/** runsc gives its kernel this name. */
function isKernel(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('runsc-sandbox\0');
  } catch {
    return false;
  }
}

/**
 * Whether this machine's kernel executes nothing in the box but runsc: so the program's calls are answered
 * by gVisor's kernel, in whose memory the program is.
 */
function isAllGvisor(root: number, runtime: string): boolean {
  const [, ...pids] = treeOf(root);
  return pids.some(isKernel) && pids.every((pid) => programOf(pid) === runtime);
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
