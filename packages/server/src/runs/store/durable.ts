import { setTimeout as sleep } from 'node:timers/promises';
import type { Commits } from './commits.ts';
import { isStorageFault } from './faults.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Writes what must not be lost, however long the disk is full. Other faults come through, and so
 * does the disk's when `signal` has aborted.
 */
export async function durably<Result>(
  commits: Commits,
  work: () => Result,
  signal?: AbortSignal,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await commits.write(work);
    } catch (error) {
      if (!isStorageFault(error) || signal?.aborted === true) throw error;
      await sleep(pauseMs);
    }
  }
}
