/** What one run may reach. Everything that is not allowed is refused. */
export interface RunNetwork {
  /**
   * Hosts: `host`, `host:port`, `*.suffix`, `*.suffix:port`, `*` or `*:port`. Without a port, only
   * the default port of the URL's scheme. None of them opens an address that is not public.
   */
  readonly allow: readonly string[];
  /** Hosts as in `allow` that narrow it: a request has to fit both lists. Opens nothing. */
  readonly narrowedTo?: readonly string[];
  /** Ranges in CIDR notation whose addresses may be reached besides the public ones. Operator only. */
  readonly allowPrivate?: readonly string[];
  /** Hosts as in `allow` (without a port: on every port), addresses and ranges. Wins over all. */
  readonly deny?: readonly string[];
  /** Addresses and ranges of our own services. Nothing opens them. */
  readonly blockedAddresses?: readonly string[];
  /** Requests that the run may try, each step of a redirect counted. */
  readonly networkRequests: number;
  /** Bytes in both directions; a response counts as sent or as decoded, whichever is larger. */
  readonly networkBytes: number;
  /** By placeholder: the text in a header that is replaced on the way out. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

/** A value that the script never sees. It goes only to `hosts`, written as in `allow`. */
export interface Secret {
  readonly value: string;
  readonly hosts: readonly string[];
}
