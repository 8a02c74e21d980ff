import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from './candidate.ts';
import type { Cgroups } from './cgroups.ts';
import { abandonedFolders, launcherFolderName, removeTree } from './folders.ts';
import { allBoxes, cpuV1 } from './cpu.ts';
import { cgroupPlaces } from './mounts.ts';
import type { CgroupPlaces } from './mounts.ts';
import { unifiedCandidates } from './unified.ts';
import { makeV1, type V1Folders } from './v1.ts';

export interface CgroupOptions {
  /** Where to look. Default: the places that `/proc/self` names. */
  readonly places?: CgroupPlaces;
}

/**
 * Uses the first way that works, tested by making a cgroup and moving a process into it: v2 with memory
 * and pids, else v1, else none; each with the controller cpu where that can be had. Removes what dead
 * launchers have left. Does not reject where there are no usable cgroups; `detail` says what was tried.
 */
export async function openCgroups(options: CgroupOptions = {}): Promise<Cgroups> {
  const places = options.places ?? cgroupPlaces();
  const name = launcherFolderName();
  const refusals = new Map<string, Set<string>>();
  for await (const candidate of candidates(places)) {
    try {
      const { hasCpu } = await candidate.prepare(name);
      await tryOut(candidate, join(name, 'probe'));
      const cgroups = open(candidate, name, hasCpu);
      await cgroups.sweep();
      return cgroups;
    } catch (error) {
      const reason = reasonOf(error);
      refusals.set(reason, (refusals.get(reason) ?? new Set()).union(new Set(candidate.parents)));
      await removeOwn(candidate, name);
    }
  }
  return {
    mode: 'none',
    detail: `no usable cgroup (${tried(refusals)})`,
    hasCpu: false,
    parents: [],
    make: () => undefined,
    sweep: async () => 0,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function* candidates({ v1, v2 }: CgroupPlaces): AsyncGenerator<Candidate> {
  if (v2 !== undefined) yield* unifiedCandidates(v2);
  const [memory, pids, cpuacct] = [v1.get('memory'), v1.get('pids'), v1.get('cpuacct')];
  if (memory === undefined || pids === undefined || cpuacct === undefined) return;
  const cpu = v1.get('cpu');
  if (cpu !== undefined) yield separate({ memory, pids, cpuacct, cpu });
  yield separate({ memory, pids, cpuacct });
}

/** Places for boxes on v1: a folder in the hierarchy of each controller. */
function separate({ memory, pids, cpuacct, cpu }: V1Folders): Candidate {
  return {
    mode: 'v1',
    parents: [...new Set([memory, pids, cpuacct, ...(cpu === undefined ? [] : [cpu])])],
    async prepare(name) {
      if (cpu === undefined) return { hasCpu: false };
      mkdirSync(join(cpu, name));
      cpuV1(join(cpu, name)).weigh(allBoxes());
      return { hasCpu: true };
    },
    make: (name, room) =>
      makeV1(
        {
          memory: join(memory, name),
          pids: join(pids, name),
          cpuacct: join(cpuacct, name),
          cpu: cpu === undefined ? undefined : join(cpu, name),
        },
        room,
      ),
  };
}

/** The reason of a refusal, as a phrase. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to write';
  if (code === 'EROFS') return 'read-only';
  if (code === 'EBUSY') return 'other processes are in it';
  return message;
}

/** Each reason once, with the folders that it was given for. */
function tried(refusals: ReadonlyMap<string, ReadonlySet<string>>): string {
  if (refusals.size === 0) return 'no hierarchy with memory and pids';
  return [...refusals]
    .map(([reason, parents]) => `${[...parents].join(', ')}: ${reason}`)
    .join('; ');
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

function open(candidate: Candidate, name: string, hasCpu: boolean): Cgroups {
  let made = 0;
  return {
    mode: candidate.mode,
    detail: `cgroup ${candidate.mode} in ${candidate.parents.join(', ')}`,
    hasCpu,
    parents: candidate.parents,
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
