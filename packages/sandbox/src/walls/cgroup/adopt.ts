import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxCgroup, CgroupReading } from './cgroups.ts';
import { parsePlaces } from './mounts.ts';
import { makeV1 } from './v1.ts';
import { makeV2 } from './v2.ts';

/**
 * The cgroup that somebody else has made for a process alone, and removes when it has ended, as the cgroup
 * of a box. `name` is in the names of its folders. `undefined` where it may not be changed.
 */
export function adoptCgroup(pid: number, name: string): BoxCgroup | undefined {
  const { v1, v2 } = parsePlaces(
    readFileSync('/proc/self/mountinfo', 'utf8'),
    readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
  );
  const isOwn = (folder: string | undefined): folder is string => folder?.includes(name) === true;
  try {
    if (isOwn(v2?.own) && existsSync(join(v2.own, 'memory.max'))) return kept(makeV2(v2.own));
    const [memory, pids, cpuacct] = [v1.get('memory'), v1.get('pids'), v1.get('cpuacct')];
    const cpu = v1.get('cpu');
    if (isOwn(memory) && isOwn(pids) && isOwn(cpuacct)) {
      return kept(makeV1({ memory, pids, cpuacct, cpu: isOwn(cpu) ? cpu : undefined }));
    }
  } catch {
    // Only root may.
  }
  return undefined;
}

/** How often it is looked at: 25 to 100 ms lie between a kill and the end of the cgroup. */
const lookMs = 5;

/** Remembers what it counts from `limitGrowth` on, as the folders are gone when somebody asks. */
function kept(cgroup: BoxCgroup): BoxCgroup {
  let kills = 0;
  let last: CgroupReading | undefined;
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    try {
      last = cgroup.read() ?? last;
      kills = cgroup.oomKills();
    } catch {
      clearInterval(timer);
    }
  }
  return {
    ...cgroup,
    limitGrowth(bytes) {
      timer ??= setInterval(look, lookMs).unref();
      cgroup.limitGrowth(bytes);
    },
    read() {
      last = cgroup.read() ?? last;
      return last;
    },
    oomKills() {
      look();
      return kills;
    },
    async remove() {
      clearInterval(timer);
      await cgroup.remove();
    },
  };
}
