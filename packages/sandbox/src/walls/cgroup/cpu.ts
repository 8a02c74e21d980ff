import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BoxCgroup } from './cgroups.ts';

/**
 * How a cgroup takes part in the processors. Where all are busy, those beside each other get time in
 * proportion to their weights, however many threads each of them has; where some are idle, as much as they
 * can use, up to their limit.
 */
export interface CpuShare {
  /** Sets the weight: 1 to 10,000, where every cgroup has 100 by default. */
  weigh(weight: number): void;
  /** At most so many processors at a time; null: no limit. Throws when the kernel refuses. */
  limit(cpus: number | null): void;
}

/** What the kernel counts in, in microseconds: its default, and that of Docker. */
const periodUs = 100_000;

/** What so many processors do in one period, in microseconds. */
const quotaOf = (cpus: number): number => Math.round(cpus * periodUs);

/** The settings of a quota as Docker names them. */
export const dockerQuota = (cpus: number) => ({ CpuPeriod: periodUs, CpuQuota: quotaOf(cpus) });

/** A folder of the controller `cpu` of v1, where 1,024 is what 100 is in v2. */
export function cpuV1(folder: string): CpuShare {
  return {
    weigh: (weight) => set(folder, 'cpu.shares', Math.round((weight * 1_024) / 100)),
    limit(cpus) {
      try {
        set(folder, 'cpu.cfs_quota_us', cpus === null ? -1 : quotaOf(cpus));
      } catch (error) {
        // The one above has less already, which v1 says and v2 does not.
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      }
    },
  };
}

/** A folder of v2; `undefined` where the controller is not handed down to it. */
export function cpuV2(folder: string): CpuShare | undefined {
  if (!existsSync(join(folder, 'cpu.weight'))) return undefined;
  return {
    weigh: (weight) => set(folder, 'cpu.weight', weight),
    limit: (cpus) => set(folder, 'cpu.max', `${cpus === null ? 'max' : quotaOf(cpus)} ${periodUs}`),
  };
}

/** Takes the limit of processors from what is about to be killed: what waits for its next part ends only then. */
export function letGo(cgroup: Pick<BoxCgroup, 'limitCpus'> | undefined): void {
  try {
    cgroup?.limitCpus(null);
  } catch {
    // The cgroup is gone, or nobody's to change: then it ends a little later.
  }
}

/**
 * The weight of all boxes of a launcher together: of one busy program for each processor. So a launcher,
 * which has one thread, keeps a processor, and boxes do not starve beside other programs.
 */
export const allBoxes = (): number => Math.min(100 * availableParallelism(), 10_000);

function set(folder: string, file: string, value: number | string): void {
  writeFileSync(join(folder, file), String(value));
}
