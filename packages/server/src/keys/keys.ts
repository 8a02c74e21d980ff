/**
 * What a key may do: `runs:write` submits and cancels, `runs:read` reads, `admin` reads the metrics
 * of all tenants.
 */
export const scopes = ['runs:write', 'runs:read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who sends a request. Never contains the key itself. */
export interface Caller {
  /** `key_…`, or `anonymous`, or `loopback`. */
  readonly id: string;
  readonly tenant: string;
  /** Whether a request may name another tenant than `tenant`. */
  readonly mayNameTenant: boolean;
  /** The policies that it may ask for; the first is the default. */
  readonly policies: readonly string[];
  readonly scopes: readonly Scope[];
}

/** Keys are stored as hashes; the key itself is shown once. */
export interface Keys extends Disposable {
  /** Undefined if the key is unknown, revoked or expired. */
  find(key: string): Caller | undefined;
  /** Whether no key was ever made. Once one was, everything but health needs a key. */
  readonly isEmpty: boolean;
}
