import { setTimeout as sleep } from 'node:timers/promises';
import { isStorageFault } from '../../storage/fault.ts';
import type { Artifacts, Known } from './artifacts.ts';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Keeps an artifact, however long a bucket is away: its run waits. Once `signal` aborts, it is tried once
 * more; then it throws what stands in the way.
 */
export async function keepSurely(
  artifacts: Pick<Artifacts, 'keep'>,
  run: string,
  artifact: Known,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const isLast = signal.aborted;
    try {
      return await artifacts.keep(run, artifact);
    } catch (error) {
      if (isLast || !isStorageFault(error)) throw error;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
