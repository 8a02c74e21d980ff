import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxCgroup, CgroupRoom } from './cgroups.ts';
import { boxRoom, readField, readNumber, readTasks, removeTree } from './folders.ts';

export interface V1Folders {
  readonly memory: string;
  readonly pids: string;
  readonly cpuacct: string;
}

/** Makes one folder in each of the three hierarchies. Throws when one cannot be made or set. */
export function makeV1(folders: V1Folders, room: CgroupRoom = boxRoom): BoxCgroup {
  const { memory, pids, cpuacct } = folders;
  const each = [memory, pids, cpuacct];
  for (const folder of each) mkdirSync(folder, { recursive: true });
  const limitFile = join(memory, 'memory.limit_in_bytes');
  // With swap accounting, memory and swap together get the same limit, which leaves no swap.
  const swapFile = join(memory, 'memory.memsw.limit_in_bytes');
  const countsSwap = existsSync(swapFile);
  writeFileSync(join(memory, 'memory.swappiness'), '0');
  writeFileSync(join(pids, 'pids.max'), String(room.tasks));

  const usageFile = join(memory, 'memory.usage_in_bytes');
  const peakFile = join(memory, 'memory.max_usage_in_bytes');

  function limit(bytes: number): void {
    // The sum may never stand below the part, so the order depends on the direction.
    const files = countsSwap ? [limitFile, swapFile] : [limitFile];
    if (bytes > readNumber(limitFile)) files.reverse();
    for (const file of files) writeFileSync(file, String(bytes));
  }

  return {
    async join(pid) {
      limit(readNumber(usageFile) + room.startBytes);
      for (const folder of each) await writeFile(join(folder, 'cgroup.procs'), String(pid));
    },
    limitGrowth(bytes) {
      limit(readNumber(usageFile) + bytes);
    },
    read() {
      try {
        return {
          cpuMs: readNumber(join(cpuacct, 'cpuacct.usage')) / 1e6,
          memoryBytes: readNumber(usageFile),
          peakBytes: readNumber(peakFile),
        };
      } catch {
        return undefined;
      }
    },
    resetPeak() {
      writeFileSync(peakFile, '0');
    },
    limitTasks(count) {
      writeFileSync(join(pids, 'pids.max'), String(count));
    },
    tasks: () => readTasks(pids),
    oomKills() {
      return readField(join(memory, 'memory.oom_control'), 'oom_kill');
    },
    holds(pid) {
      return each.every((folder) =>
        readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').includes(String(pid)),
      );
    },
    async remove() {
      for (const folder of each) await removeTree(folder);
    },
  };
}
