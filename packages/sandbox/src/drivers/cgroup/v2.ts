import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxCgroup, CgroupRoom } from './cgroups.ts';
import { boxRoom, readField, readNumber, readTasks, removeTree } from './folders.ts';

/** Makes the folder and sets what does not depend on the run. Throws when it cannot. */
export function makeV2(folder: string, room: CgroupRoom = boxRoom): BoxCgroup {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, name);
  // A kernel that does not count swap has no such file.
  if (existsSync(file('memory.swap.max'))) writeFileSync(file('memory.swap.max'), '0');
  writeFileSync(file('memory.oom.group'), '1');
  writeFileSync(file('pids.max'), String(room.tasks));
  // `memory.peak` exists since 5.19 and covers all of the box's life: it counts as soon as it rises.
  let peakBefore = 0;
  const peak = (): number => {
    try {
      return readNumber(file('memory.peak'));
    } catch {
      return 0;
    }
  };

  return {
    async join(pid) {
      writeFileSync(file('memory.max'), String(room.startBytes));
      await writeFile(file('cgroup.procs'), String(pid));
    },
    limitGrowth(bytes) {
      writeFileSync(file('memory.max'), String(readNumber(file('memory.current')) + bytes));
    },
    read() {
      try {
        const now = peak();
        return {
          cpuMs: readField(file('cpu.stat'), 'usage_usec') / 1e3,
          memoryBytes: readNumber(file('memory.current')),
          peakBytes: now > peakBefore ? now : 0,
        };
      } catch {
        return undefined;
      }
    },
    resetPeak() {
      peakBefore = peak();
    },
    limitTasks(count) {
      writeFileSync(file('pids.max'), String(count));
    },
    tasks: () => readTasks(folder),
    oomKills() {
      return readField(file('memory.events'), 'oom_kill');
    },
    holds(pid) {
      return readFileSync(file('cgroup.procs'), 'latin1').split('\n').includes(String(pid));
    },
    remove: () => removeTree(folder),
  };
}
