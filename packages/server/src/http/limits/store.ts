import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Makes a counter: at most `points` of a key within `durationS`. */
export type LimitStore = (name: string, points: number, durationS: number) => RateLimiterAbstract;

/** Counters in this process. For several API processes: the same with a Redis client. */
export const memoryStore: LimitStore = (keyPrefix, points, duration) =>
  new RateLimiterMemory({ keyPrefix, points, duration });

interface Count {
  readonly isOver: boolean;
  readonly remaining: number;
  /** Until the key is counted anew. */
  readonly resetMs: number;
}

/** Counts one, and says how the key stands. Rejects only when the store cannot be reached. */
export async function count(limiter: RateLimiterAbstract, key: string): Promise<Count> {
  const countOf = (isOver: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Count => ({
    isOver,
    remaining: Math.max(0, remainingPoints),
    // A clock that is set back must not make anybody wait for longer than the rule says.
    resetMs: Math.min(msBeforeNext, limiter.msDuration),
  });
  try {
    return countOf(false, await limiter.consume(key));
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return countOf(true, refused);
    throw refused;
  }
}
