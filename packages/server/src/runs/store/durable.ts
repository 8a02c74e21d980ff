import { setTimeout as sleep } from 'node:timers/promises';
import { isStorageFault } from '../../storage/fault.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Repeats a write that must not be lost for as long as the disk is full or the store is away. Throws
 * any other error.
 */
export async function durably<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await write();
    } catch (error) {
      if (!isStorageFault(error)) throw error;
      await sleep(pauseMs);
    }
  }
}
