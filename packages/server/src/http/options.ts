import type { KeyAdmin } from '../keys/admin.ts';
import type { Audit } from './audited.ts';
import type { OriginOptions } from './callers/origins.ts';
import type { Arrival } from './connections.ts';
import type { RateOptions } from './limits/options.ts';
import type { LimitStore } from './limits/store.ts';
import type { Pages } from './page/files.ts';
import type { RouteOptions } from './routes/options.ts';

/** Everything that the HTTP API needs from the service. */
export interface AppOptions extends RouteOptions {
  readonly keys: KeyAdmin;
  /** The policy of callers without a key on this machine. */
  readonly defaultPolicy: string;
  /** Addresses and ranges whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[];
  readonly cors: OriginOptions;
  readonly rates: RateOptions;
  /** Default: `defaultArrival`. */
  readonly arrival?: Arrival;
  /** Pages for people, beside the API. */
  readonly pages: Pages;
  /** Whom to tell of a hole, as URIs; without one there is no `security.txt`. */
  readonly securityContacts: readonly string[];
  /** Keeps the calls that the operator may have to account for. */
  readonly audit: Audit;
  /** Default: counters in this process. */
  readonly limitStore?: LimitStore;
}
