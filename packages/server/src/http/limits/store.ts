import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Makes a counter: at most `points` of a key within `durationS`. */
export type LimitStore = (name: string, points: number, durationS: number) => RateLimiterAbstract;

/** Counters in this process. For several API processes: the same with a Redis client. */
export const memoryStore: LimitStore = (keyPrefix, points, duration) =>
  new RateLimiterMemory({ keyPrefix, points, duration });

/** Counts one, and says how the key stands. Rejects only when the store cannot be reached. */
export async function count(
  limiter: RateLimiterAbstract,
  key: string,
): Promise<{ readonly isOver: boolean; readonly state: RateLimiterRes }> {
  try {
    return { isOver: false, state: await limiter.consume(key) };
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { isOver: true, state: refused };
    throw refused;
  }
}
