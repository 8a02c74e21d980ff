import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxCgroup, CgroupRoom } from './cgroups.ts';
import { cpuV2 } from './cpu.ts';
import { boxRoom, fieldOf, readField, readTasks, removeTree } from './folders.ts';
import { KernelFile } from './kernel-file.ts';

/** Makes the folder and sets what does not depend on the run. Throws when it cannot. */
export function makeV2(folder: string, room: CgroupRoom = boxRoom): BoxCgroup {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, name);
  // A kernel that does not count swap has no such file.
  if (existsSync(file('memory.swap.max'))) writeFileSync(file('memory.swap.max'), '0');
  writeFileSync(file('memory.oom.group'), '1');
  writeFileSync(file('pids.max'), String(room.tasks));
  const share = cpuV2(folder);
  if (room.weight !== undefined) share?.weigh(room.weight);
  // `memory.peak` (since 5.19) covers the whole life of the box: it is used once it has risen after
  // a reset.
  let peakBefore = 0;
  using opened = new DisposableStack();
  const hold = (name: string, mode?: 'r' | 'r+'): KernelFile =>
    opened.use(new KernelFile(file(name), mode));
  const peak = existsSync(file('memory.peak')) ? hold('memory.peak') : undefined;
  const usage = hold('memory.current');
  const cpu = hold('cpu.stat');
  const limit = hold('memory.max', 'r+');

  const held = opened.move();
  return {
    async join(pid) {
      limit.set(room.startBytes);
      await writeFile(file('cgroup.procs'), String(pid));
    },
    limitGrowth(bytes) {
      limit.set(usage.number() + bytes);
    },
    read() {
      try {
        const now = peak?.number() ?? 0;
        return {
          cpuMs: fieldOf(cpu.text(), 'usage_usec') / 1e3,
          memoryBytes: usage.number(),
          peakBytes: now > peakBefore ? now : 0,
        };
      } catch {
        return undefined;
      }
    },
    resetPeak() {
      peakBefore = peak?.number() ?? 0;
    },
    hasCpu: share !== undefined,
    limitCpus: (count) => share?.limit(count),
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
    async remove() {
      held.dispose();
      await removeTree(folder);
    },
  };
}
