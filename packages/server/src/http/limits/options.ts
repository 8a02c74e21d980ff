/** What requests are counted by; several together count each combination. */
export type CountedBy = 'key' | 'tenant' | 'address' | 'path';

export interface RateRule {
  /** Shown to clients in `RateLimit-Policy`. Lower case, digits and `-`. */
  readonly name: string;
  readonly by: readonly CountedBy[];
  readonly perMinute: number;
  /** Such as `POST /v1/runs` or `GET /v1/runs/:id`; undefined: all paths. */
  readonly paths?: readonly string[];
}

/** What stores much for little is counted by itself, whatever the config says. */
export const ownRules: readonly RateRule[] = [
  { name: 'shares', by: ['tenant'], perMinute: 30, paths: ['POST /v1/shares'] },
];

/** Rate limits that apply before anything costly. The caller's policy adds two rules of its own. */
export interface RateOptions {
  readonly rules: readonly RateRule[];
  /** Never rate limited: ids of keys, addresses and ranges. */
  readonly allow: { readonly keys: readonly string[]; readonly addresses: readonly string[] };
  /** Requests with a wrong key that one address may send in a minute. */
  readonly wrongKeysPerMinute: number;
  readonly shutOut: {
    /** Refusals within `withinMs` after which a caller is shut out. */
    readonly refusals: number;
    readonly withinMs: number;
    /** The first duration; doubled each time within a day, up to `mostMs`. */
    readonly firstMs: number;
    readonly mostMs: number;
  };
  /** Requests in flight, of all callers together. */
  readonly inFlight: number;
  readonly connections: { readonly total: number; readonly perAddress: number };
  /** Bytes of heavy bodies that are arriving, being read or being checked, of all callers together. */
  readonly bodyBytes: number;
}

export const defaultRates: RateOptions = {
  rules: [],
  allow: { keys: [], addresses: [] },
  wrongKeysPerMinute: 20,
  shutOut: { refusals: 1_000, withinMs: 60_000, firstMs: 10_000, mostMs: 3_600_000 },
  inFlight: 1_000,
  connections: { total: 1_024, perAddress: 512 },
  bodyBytes: 32 * 2 ** 20,
};
