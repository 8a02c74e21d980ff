import type { ModuleOffer } from '@castellan/sandbox';

/** What the scripts of a policy may import, reported by the launcher that made its sandbox. */
export type Offer = ModuleOffer;

/** Returns the offer of the policy with that name. */
export type OfferOf = (policy: string) => Offer;
