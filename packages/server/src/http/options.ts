import type { Keys } from '../keys/keys.ts';
import type { OriginOptions } from './callers/origins.ts';
import type { Arrival } from './connections.ts';
import type { RateOptions } from './limits/options.ts';
import type { LimitStore } from './limits/store.ts';
import type { Page } from './page/files.ts';
import type { RouteOptions } from './routes/options.ts';

/** Everything that the HTTP API needs from the service. */
export interface AppOptions extends RouteOptions {
  readonly keys: Keys;
  /** The policy of callers without a key on this machine. */
  readonly defaultPolicy: string;
  /** The policy of callers without a key once keys exist; null: they are refused. */
  readonly anonymousPolicy: string | null;
  /** Addresses and ranges whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[];
  readonly cors: OriginOptions;
  readonly rates: RateOptions;
  /** Default: `defaultArrival`. */
  readonly arrival?: Arrival;
  /** The playground at `/`; null: it is not built, and `/` says so. Default: nothing is there. */
  readonly playground?: Page | null;
  /** Default: counters in this process. */
  readonly limitStore?: LimitStore;
}
