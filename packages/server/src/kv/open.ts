import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { openTables } from '../storage/tables/open.ts';
import { isStorageFault } from '../storage/fault.ts';
import { type Kv, type KvBounds, KvError } from './kv.ts';
import { storedKv } from './stored-kv.ts';
import { kvTables } from './tables.ts';

/** Opens keys and values where the store is. `onFault` hears of a sweep that failed. */
export async function openKv(
  folder: string,
  url: string | null,
  bounds: KvBounds,
  onFault: (error: unknown) => void,
): Promise<Kv> {
  const kv = storedKv(await openTables(kvTables, folder, url), bounds, onFault);
  const limiter = new RateLimiterMemory({ points: bounds.perMinute, duration: 60 });
  return {
    ask: async (tenant, question) => {
      await limiter.consume(tenant).catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const seconds = Math.ceil(refused.msBeforeNext / 1_000);
        throw new KvError(
          'kv_rate',
          `kv.${question.op}: more than ${bounds.perMinute} calls of this tenant in a minute (kv.perMinute). Wait ${seconds} s.`,
        );
      });
      return await kv.ask(tenant, question).catch((error: unknown) => {
        if (!isStorageFault(error)) throw error;
        throw new KvError('kv_unavailable', `kv.${question.op}: the store cannot be reached now.`);
      });
    },
    [Symbol.asyncDispose]: () => kv[Symbol.asyncDispose](),
  };
}
