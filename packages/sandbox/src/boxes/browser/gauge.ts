import { BoxFiles } from '../../walls/box-files.ts';
import type { BoxCgroup } from '../../walls/cgroup/cgroups.ts';
import { treeOf } from '../../walls/tree.ts';
import { privateBytes, processorMs } from './processes.ts';

/** What all processes of a browser's box use together. */
export interface BrowserUse {
  /** Memory now, and at its most. */
  readonly bytes: number;
  readonly peakBytes: number;
  /** Processor time, that of ended processes too. It never falls. */
  readonly cpuMs: number;
}

/** Measures a browser's box from outside. */
export interface Gauge extends Disposable {
  /** The last figures once the box has ended. */
  read(): BrowserUse;
  /** Called once the box stands and before a page of a run loads in it: its files count from now on. */
  countFiles(): void;
}

/** By the cgroup of the box, which also counts files, peaks between two readings, and ended processes. */
export function cgroupGauge(group: BoxCgroup): Gauge {
  let last: BrowserUse = { bytes: 0, peakBytes: 0, cpuMs: 0 };
  return {
    read() {
      const now = group.read();
      if (now === undefined) return last;
      const peakBytes = Math.max(now.memoryBytes, now.peakBytes, last.peakBytes);
      return (last = { bytes: now.memoryBytes, peakBytes, cpuMs: now.cpuMs });
    },
    countFiles: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

/** The interval at which processes are searched for, which takes 6 ms; to read the known ones takes 0.2 ms. */
const searchMs = 250;

/** By `/proc`. */
export function procGauge(root: number): Gauge {
  const files = new BoxFiles(root, '/tmp');
  let pids: readonly number[] = [root];
  let searchedAt = -Infinity;
  let [peakBytes, cpuMs] = [0, 0];
  return {
    read() {
      if (performance.now() - searchedAt > searchMs) {
        pids = treeOf(root);
        searchedAt = performance.now();
      }
      const bytes = pids.reduce((sum, pid) => sum + privateBytes(pid), files.bytes);
      peakBytes = Math.max(peakBytes, bytes);
      // Parents come first: what a child hands on at its end may be missed once, and never counts twice.
      const sum = pids.reduce((before, pid) => before + processorMs(pid), 0);
      cpuMs = Math.max(cpuMs, sum);
      return { bytes, peakBytes, cpuMs };
    },
    countFiles: () => files.open(),
    [Symbol.dispose]: () => files[Symbol.dispose](),
  };
}
