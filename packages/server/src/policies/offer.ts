import type { ModuleOffer } from '@castellan/sandbox';

/** What the scripts of a policy may import, as the launcher that made its sandbox says. */
export type Offer = ModuleOffer;

/** The offer of a policy by its name. */
export type OfferOf = (policy: string) => Offer;
