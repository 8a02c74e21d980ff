import { readFileSync, readdirSync } from 'node:fs';

/** One figure of a table: what was measured, in which unit, over how many rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'per s' | 'KB' | 'MB' | '×';
  readonly p50: number;
  readonly p99?: number;
  readonly rounds: number;
  /** What the figure is compared with, and the target if there is one. */
  readonly note?: string;
}

/** Runs `work` `rounds` times, one after the other. Returns the milliseconds of each round. */
export async function time(
  rounds: number,
  work: () => unknown,
  between?: () => unknown,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await between?.();
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

export function latency(name: string, times: readonly number[], note?: string): Figure {
  const figure = {
    name,
    unit: 'ms',
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    rounds: times.length,
  } as const;
  return note === undefined ? figure : { ...figure, note };
}

/** Runs `work` with `width` at a time for about `ms`. Returns runs per second and processor ms per run. */
export async function sustain(
  ms: number,
  width: number,
  work: () => Promise<unknown>,
): Promise<{ perSecond: number; cpuMsPerRun: number; runs: number }> {
  let runs = 0;
  const cpu = cpuMs();
  const start = performance.now();
  const lane = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      await work();
      runs++;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  const elapsed = performance.now() - start;
  return { perSecond: (runs / elapsed) * 1_000, cpuMsPerRun: (cpuMs() - cpu) / runs, runs };
}

/** Processor time of a process, by default this one, and of all descendants that have ended and been waited for. */
export function cpuMs(pid: number | 'self' = 'self'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  const ticks = [11, 12, 13, 14].map((index) => Number(fields[index]));
  return ticks.reduce((sum, tick) => sum + tick, 0) * 10;
}

/** Proportional set size of a process and everything below it, in MB. */
export function pssMb(pid: number): number {
  const own = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  const below = childrenOf(pid).map(pssMb);
  return Number(own ?? 0) / 1_024 + below.reduce((sum, mb) => sum + mb, 0);
}

/** The processes that a process has started, by whichever of its threads. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
      .split(' ')
      .filter((each) => each.trim() !== '')
      .map(Number),
  );
}
