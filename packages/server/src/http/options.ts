import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Keys } from '../keys/keys.ts';
import type { OfferOf } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';
import type { Check } from '../runs/check.ts';
import type { Runs } from '../runs/runs.ts';
import type { Arrival } from './connections.ts';
import type { RateOptions } from './limits/options.ts';
import type { LimitStore } from './limits/store.ts';

/** All that the HTTP API needs of the service. */
export interface AppOptions {
  readonly runs: Runs;
  readonly keys: Keys;
  readonly policies: ReadonlyMap<string, Policy>;
  /** The policy of callers without a key on this machine. */
  readonly defaultPolicy: string;
  /** The policy of callers without a key once there are keys; null: they are refused. */
  readonly anonymousPolicy: string | null;
  /** Null: scripts are not looked at before they run. */
  readonly check: Check | null;
  readonly offerOf: OfferOf;
  /** Whether there is a process that makes boxes now; without one, runs wait. */
  readonly isLauncherUp: () => boolean;
  /** Addresses and ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly rates: RateOptions;
  /** Default: `defaultArrival`. */
  readonly arrival?: Arrival;
  /** Default: counters in this process. */
  readonly limitStore?: LimitStore;
  readonly log: Logger;
  /** Where the metrics of the service are; those of HTTP are added to it. */
  readonly metrics: Registry;
  readonly version: string;
}
