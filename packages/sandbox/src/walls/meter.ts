import { readFileSync, readdirSync } from 'node:fs';
import type { BoxFiles } from './box-files.ts';
import type { ProcessView } from './procfs.ts';

/** What a box has used. */
export interface Metering {
  readonly cpuMs: number;
  /** Growth over the idle box now. */
  readonly memoryBytes: number;
  /** Largest growth over the idle box. */
  readonly memoryPeakBytes: number;
}

/** Absolute figures of a box. */
interface Reading {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** Largest memory since the last `restart`, where the kernel keeps it. */
  readonly peakBytes: number;
}

/** Measures growth since `start`. `read` returns the last figures once the box is dead. */
export interface Meter {
  start(): void;
  read(): Metering;
}

const nothing: Metering = { cpuMs: 0, memoryBytes: 0, memoryPeakBytes: 0 };

/** Turns absolute readings into growth over a baseline. Figures other than current memory never fall.
 * `take` returns `undefined` once there is nothing left to measure. */
function growthMeter(take: () => Reading | undefined, restart: () => void): Meter {
  let base: Reading = { cpuMs: 0, memoryBytes: 0, peakBytes: 0 };
  let last = nothing;
  return {
    start() {
      restart();
      base = take() ?? base;
      last = nothing;
    },
    read() {
      const now = take();
      if (now === undefined) return last;
      const memoryBytes = Math.max(0, now.memoryBytes - base.memoryBytes);
      const peak = Math.max(memoryBytes, now.peakBytes - base.memoryBytes);
      last = {
        cpuMs: Math.max(last.cpuMs, now.cpuMs - base.cpuMs),
        memoryBytes,
        memoryPeakBytes: Math.max(last.memoryPeakBytes, peak),
      };
      return last;
    },
  };
}

/**
 * Measures by `/proc`, for machines without a usable cgroup. Memory is resident minus shared memory plus
 * the files of the box; its peak is the largest sample. One reading takes about 0.2 ms for the eleven
 * threads of Node.
 */
export function procMeter(view: ProcessView, files?: BoxFiles): Meter {
  return growthMeter(
    () => {
      const sample = view.sample();
      if (sample === undefined) return undefined;
      const cpuMs = Math.max(sample.cpuMs, threadCpuMs(view.pid));
      const memoryBytes = sample.privateBytes + (files?.bytes ?? 0);
      return { cpuMs, memoryBytes, peakBytes: memoryBytes };
    },
    () => files?.open(),
  );
}

/** What a cgroup counts; `undefined` once it is gone. */
interface Counter {
  read(): Reading | undefined;
  resetPeak(): void;
}

/** Measures by the cgroup of the box, which also sees peaks between two readings. */
export function cgroupMeter(group: Counter): Meter {
  return growthMeter(
    () => group.read(),
    () => group.resetPeak(),
  );
}

/** Exact to the nanosecond, but without threads that have ended; `stat` includes those. */
function threadCpuMs(pid: number): number {
  let nanoseconds = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
      nanoseconds += Number(text.slice(0, text.indexOf(' ')));
    }
  } catch {
    // A thread or the process ended between the two calls.
  }
  return nanoseconds / 1e6;
}
