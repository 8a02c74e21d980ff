import type { DriverName } from '@castellan/protocol';
import type { ModuleOffer } from '@castellan/sandbox';

/**
 * What the scripts of a policy may import, and what builds their boxes, reported by the launcher that made its
 * sandbox.
 */
export interface Offer extends ModuleOffer {
  readonly driver: DriverName;
  /** What a request may name, that one first. */
  readonly drivers: readonly DriverName[];
}

/** Returns the offer of the policy with that name. */
export type OfferOf = (policy: string) => Offer;
