/** The network policy of one run. Everything that is not allowed is refused. */
export interface RunNetwork {
  /**
   * Hosts: `host`, `host:port`, `*.suffix`, `*.suffix:port`, `*` or `*:port`. Without a port, only
   * the default port of the URL's scheme. None of them allows an address that is not public.
   */
  readonly allow: readonly string[];
  /** Hosts as in `allow`: a request has to match both lists. */
  readonly narrowedTo?: readonly string[];
  /** Ranges in CIDR notation that are allowed besides public addresses. Set by the operator only. */
  readonly allowPrivate?: readonly string[];
  /**
   * Hosts as in `allow` (without a port: on every port), addresses and ranges. Overrides everything
   * else.
   */
  readonly deny?: readonly string[];
  /** Addresses and ranges of the operator's own services. Nothing can allow them. */
  readonly blockedAddresses?: readonly string[];
  /** The limit of requests, each step of a redirect counted. */
  readonly networkRequests: number;
  /**
   * The limit of bytes in both directions. A response counts as received or as decoded, whichever
   * is larger.
   */
  readonly networkBytes: number;
  /**
   * By placeholder, a word of 8 to 256 characters. It is replaced in the headers of outgoing requests
   * that its secret is bound to, and sent as it is everywhere else.
   */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

/**
 * A value that the script never sees. It is sent only to `hosts`, and only in the headers
 * `authorization`, `x-api-key`, `api-key`, `x-auth-token`, `private-token` and those of `headers`.
 */
export interface Secret {
  /** What the placeholder becomes on the way out: 8 or more characters of Latin-1. */
  readonly value: string;
  /** Where it may go, written as in `allow`. */
  readonly hosts: readonly string[];
  /** More names of headers that it may be in. A host must not echo them in its bodies. */
  readonly headers?: readonly string[];
}
