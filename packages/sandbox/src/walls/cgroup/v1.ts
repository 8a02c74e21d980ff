import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxCgroup, CgroupRoom } from './cgroups.ts';
import { cpuV1 } from './cpu.ts';
import { boxRoom, readField, readTasks, removeTree } from './folders.ts';
import { KernelFile } from './kernel-file.ts';

export interface V1Folders {
  readonly memory: string;
  readonly pids: string;
  readonly cpuacct: string;
  /** Left out: the controller is not there. */
  readonly cpu?: string | undefined;
}

/** Makes one folder in each of the hierarchies, of which two may be mounted as one. Throws when one cannot be made or set. */
export function makeV1(folders: V1Folders, room: CgroupRoom = boxRoom): BoxCgroup {
  const { memory, pids, cpuacct, cpu } = folders;
  const each = [...new Set([memory, pids, cpuacct, ...(cpu === undefined ? [] : [cpu])])];
  for (const folder of each) mkdirSync(folder, { recursive: true });
  // With swap accounting, memory plus swap gets the limit of memory, which leaves no swap.
  const countsSwap = existsSync(join(memory, 'memory.memsw.limit_in_bytes'));
  writeFileSync(join(memory, 'memory.swappiness'), '0');
  writeFileSync(join(pids, 'pids.max'), String(room.tasks));
  const share = cpu === undefined ? undefined : cpuV1(cpu);
  if (room.weight !== undefined) share?.weigh(room.weight);

  using opened = new DisposableStack();
  const hold = (folder: string, name: string, mode?: 'r' | 'r+'): KernelFile =>
    opened.use(new KernelFile(join(folder, name), mode));
  const usage = hold(memory, 'memory.usage_in_bytes');
  const peak = hold(memory, 'memory.max_usage_in_bytes', 'r+');
  const used = hold(cpuacct, 'cpuacct.usage');
  const limited = hold(memory, 'memory.limit_in_bytes', 'r+');
  const limits = countsSwap
    ? [limited, hold(memory, 'memory.memsw.limit_in_bytes', 'r+')]
    : [limited];

  function limit(bytes: number): void {
    // The limit of memory plus swap must never be below that of memory, so the order depends on the
    // direction.
    const isRaised = bytes > limited.number();
    for (const file of isRaised ? limits.toReversed() : limits) file.set(bytes);
  }

  const held = opened.move();
  return {
    async join(pid) {
      limit(usage.number() + room.startBytes);
      for (const folder of each) await writeFile(join(folder, 'cgroup.procs'), String(pid));
    },
    limitGrowth(bytes) {
      limit(usage.number() + bytes);
    },
    read() {
      try {
        return {
          cpuMs: used.number() / 1e6,
          memoryBytes: usage.number(),
          peakBytes: peak.number(),
        };
      } catch {
        return undefined;
      }
    },
    resetPeak() {
      peak.set(0);
    },
    hasCpu: share !== undefined,
    limitCpus: (count) => share?.limit(count),
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
      held.dispose();
      for (const folder of each) await removeTree(folder);
    },
  };
}
