import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Candidate } from './candidate.ts';
import { allBoxes, cpuV2 } from './cpu.ts';
import { mayArrange } from './delegation.ts';
import { stepInto } from './members.ts';
import type { CgroupPlaces } from './mounts.ts';
import { makeV2 } from './v2.ts';

/** CGROUP2_SUPER_MAGIC, the type that `statfs` returns for cgroup v2. */
const cgroup2Magic = 0x6367_7270;

/** The leaf that a launcher moves into to make room in its own cgroup. */
const leaf = 'castellan-launcher';

/**
 * Places for boxes on cgroup v2, best first. A cgroup with processes in it cannot pass controllers to
 * its children, so a launcher that wants boxes inside its own cgroup has to move into a leaf of it:
 *
 *     castellan.service          delegated; holds no process from then on
 *     ├── castellan-launcher     the launcher, and what was started together with it
 *     └── castellan-…            one launcher's boxes
 *
 * There the limits of the unit apply to the boxes too, and they end with it. Where the cgroup is not
 * delegated, as that of a login session, boxes are placed beside it. If that fails, the launcher tries
 * to move all the same, and the kernel decides.
 */
export async function* unifiedCandidates({
  mount,
  own,
}: NonNullable<CgroupPlaces['v2']>): AsyncGenerator<Candidate> {
  const above = dirname(own);
  if (own !== mount) {
    if (basename(own) === leaf) yield unified(above);
    else if (await mayArrange(own)) yield unified(own, leaf);
    if (above !== mount) yield unified(above);
  }
  yield unified(mount);
  yield unified(own, leaf);
}

function unified(parent: string, stepAside?: string): Candidate {
  return {
    mode: 'v2',
    parents: [parent],
    async prepare(name) {
      if (statfsSync(parent).type !== cgroup2Magic) throw new Error('not a cgroup v2 folder');
      const offered = read(parent, 'cgroup.controllers');
      if (!hasBoth(offered)) throw new Error('memory and pids are not handed down to it');
      if (stepAside !== undefined) await stepInto(parent, stepAside);
      if (!hasBoth(read(parent, 'cgroup.subtree_control'))) handDown(parent);
      if (namesIn(offered).has('cpu')) handDownCpu(parent);
      const folder = join(parent, name);
      mkdirSync(folder);
      handDown(folder);
      const share = cpuV2(folder);
      share?.weigh(allBoxes());
      return { hasCpu: share !== undefined && handDownCpu(folder) };
    },
    make: (name, room) => makeV2(join(parent, name), room),
  };
}

function handDown(folder: string): void {
  writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids');
}

/**
 * By itself, since boxes can do without: a kernel with real-time groups refuses it while a real-time process
 * is in one.
 */
function handDownCpu(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu');
    return true;
  } catch {
    return false;
  }
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'latin1');
}

function hasBoth(controllers: string): boolean {
  const names = namesIn(controllers);
  return names.has('memory') && names.has('pids');
}

function namesIn(controllers: string): ReadonlySet<string> {
  return new Set(controllers.trim().split(' '));
}
