import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Creates a counter: at most `points` per key within `durationS`. */
export type LimitStore = (name: string, points: number, durationS: number) => RateLimiterAbstract;

/** Counters in this process. Several API processes would use the same with a Redis client. */
export const memoryStore: LimitStore = (keyPrefix, points, duration) =>
  new RateLimiterMemory({ keyPrefix, points, duration });

interface Count {
  readonly isOver: boolean;
  readonly remaining: number;
  /** Until the counter of the key restarts. */
  readonly resetMs: number;
}

/**
 * Counts one request; returns the state of the key. Rejects only if the store cannot be reached.
 */
export async function count(limiter: RateLimiterAbstract, key: string): Promise<Count> {
  const countOf = (isOver: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Count => ({
    isOver,
    remaining: Math.max(0, remainingPoints),
    // If the clock is set back, nobody must wait longer than the rule says.
    resetMs: Math.min(msBeforeNext, limiter.msDuration),
  });
  try {
    return countOf(false, await limiter.consume(key));
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return countOf(true, refused);
    throw refused;
  }
}
