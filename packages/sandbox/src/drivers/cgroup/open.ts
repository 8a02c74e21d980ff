import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BoxCgroup, CgroupMode, CgroupRoom, Cgroups } from './cgroups.ts';
import { abandonedFolders, launcherFolderName, removeTree } from './folders.ts';
import { cgroupPlaces } from './mounts.ts';
import type { CgroupPlaces } from './mounts.ts';
import { makeV1 } from './v1.ts';
import { makeV2 } from './v2.ts';

export interface CgroupOptions {
  /** A cgroup v2 folder that the operator has handed to us, with memory and pids delegated. */
  readonly folder?: string;
  /** Where to look; what `/proc/self` says when left out. */
  readonly places?: CgroupPlaces;
}

/** CGROUP2_SUPER_MAGIC, what `statfs` says about the real thing. */
const cgroup2Magic = 0x6367_7270;

/** One way to make cgroups: the folders that ours will lie in, and how a box's is made there. */
interface Candidate {
  readonly mode: CgroupMode;
  readonly parents: readonly string[];
  readonly prepare: (name: string) => void;
  readonly make: (name: string, room?: CgroupRoom) => BoxCgroup;
}

/**
 * Takes the first way that works, found out by making a cgroup and moving a process into it:
 * v2 with memory and pids, else v1, else none. Sweeps what dead launchers left. Never rejects for
 * want of cgroups; `detail` says what was tried.
 */
export async function openCgroups(options: CgroupOptions = {}): Promise<Cgroups> {
  const places = options.places ?? cgroupPlaces();
  const name = launcherFolderName();
  const refusals: string[] = [];
  for (const candidate of candidates(places, options.folder)) {
    const where = candidate.parents.join(', ');
    try {
      candidate.prepare(name);
      await tryOut(candidate, join(name, 'probe'));
      const cgroups = open(candidate, name, `cgroup ${candidate.mode} in ${where}`);
      await cgroups.sweep();
      return cgroups;
    } catch (error) {
      refusals.push(`${candidate.mode} in ${where}: ${(error as Error).message}`);
      await removeOwn(candidate, name);
    }
  }
  const tried = refusals.length === 0 ? 'no hierarchy with memory and pids' : refusals.join('; ');
  return {
    mode: 'none',
    detail: `no usable cgroup (${tried})`,
    make: () => undefined,
    sweep: async () => 0,
    [Symbol.asyncDispose]: async () => {},
  };
}

function* candidates(places: CgroupPlaces, folder: string | undefined): Generator<Candidate> {
  const { v1, v2 } = places;
  if (folder !== undefined) yield unified(folder);
  else if (v2 !== undefined && readControllers(v2.mount).has('memory')) {
    // A folder with processes in it cannot hand controllers down, so ours lies beside our own.
    for (const parent of new Set([v2.own, dirname(v2.own), v2.mount])) {
      if (parent.startsWith(v2.mount)) yield unified(parent);
    }
  }
  const [memory, pids, cpuacct] = [v1.get('memory'), v1.get('pids'), v1.get('cpuacct')];
  if (memory === undefined || pids === undefined || cpuacct === undefined) return;
  yield {
    mode: 'v1',
    parents: [...new Set([memory, pids, cpuacct])],
    prepare: () => {},
    make: (name, room) =>
      makeV1(
        { memory: join(memory, name), pids: join(pids, name), cpuacct: join(cpuacct, name) },
        room,
      ),
  };
}

function unified(parent: string): Candidate {
  return {
    mode: 'v2',
    parents: [parent],
    prepare(name) {
      if (statfsSync(parent).type !== cgroup2Magic) throw new Error('not a cgroup v2 folder');
      handDown(parent);
      makeBranch(join(parent, name));
    },
    make: (name, room) => makeV2(join(parent, name), room),
  };
}

function makeBranch(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids');
}

/** Enables memory and pids for the children of `folder`, unless they are. */
function handDown(folder: string): void {
  const file = join(folder, 'cgroup.subtree_control');
  const enabled = new Set(readFileSync(file, 'latin1').trim().split(' '));
  if (!enabled.has('memory') || !enabled.has('pids')) writeFileSync(file, '+memory +pids');
}

function readControllers(folder: string): Set<string> {
  try {
    return new Set(readFileSync(join(folder, 'cgroup.controllers'), 'latin1').trim().split(' '));
  } catch {
    return new Set();
  }
}

async function tryOut(candidate: Candidate, name: string): Promise<void> {
  const group = candidate.make(name);
  const child = spawn('sleep', ['60'], { stdio: 'ignore', env: {} });
  const gone = once(child, 'exit');
  try {
    await once(child, 'spawn');
    await group.join(child.pid ?? 0);
    group.limitGrowth(64 * 2 ** 20);
    if (!group.holds(child.pid ?? 0)) throw new Error('a process that was moved in is not there');
  } finally {
    child.kill('SIGKILL');
    await gone;
    await group.remove();
  }
}

function open(candidate: Candidate, name: string, detail: string): Cgroups {
  let made = 0;
  return {
    mode: candidate.mode,
    detail,
    make: (room) => candidate.make(join(name, `box-${++made}`), room),
    async sweep() {
      const found = new Set<string>();
      for (const parent of candidate.parents) {
        for (const abandoned of abandonedFolders(parent)) {
          await removeTree(join(parent, abandoned));
          found.add(abandoned);
        }
      }
      return found.size;
    },
    [Symbol.asyncDispose]: () => removeOwn(candidate, name),
  };
}

async function removeOwn(candidate: Candidate, name: string): Promise<void> {
  for (const parent of candidate.parents) await removeTree(join(parent, name));
}
