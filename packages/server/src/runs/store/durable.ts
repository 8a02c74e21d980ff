import { setTimeout as sleep } from 'node:timers/promises';
import type { Commits } from './commits.ts';
import { isStorageFault } from './faults.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Retries a write that must not be lost for as long as the disk is full. Throws any other error.
 */
export async function durably<Result>(
  commits: Commits,
  work: () => Result,
  isLazy?: () => boolean,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await commits.write(work, isLazy);
    } catch (error) {
      if (!isStorageFault(error)) throw error;
      await sleep(pauseMs);
    }
  }
}
