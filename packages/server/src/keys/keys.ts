/**
 * What a key may do: `runs:write` submits and cancels, also calls of functions, `runs:read` reads,
 * `functions:write` changes functions and reads their sources, `functions:invoke` calls them and nothing
 * else, `secrets:write` sets and removes secrets, `work` takes runs and speaks of those that it was given, `admin` reads the numbers of the whole service, and sees and changes the keys that are within it.
 */
export const scopes = [
  'runs:write',
  'runs:read',
  'functions:write',
  'functions:invoke',
  'secrets:write',
  'work',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

/** Who sends a request. Never contains the key itself. */
export interface Caller {
  /** `key_…`, or `anonymous`, `loopback`, or `token` for the bearer of a run token. */
  readonly id: string;
  readonly tenant: string;
  /** Whether a request may name another tenant than `tenant`. */
  readonly mayNameTenant: boolean;
  /** The policies that it may ask for; the first is the default. */
  readonly policies: readonly string[];
  readonly scopes: readonly Scope[];
}

/** Keys are stored as hashes; the key itself is shown once. */
export interface Keys {
  /** Undefined if the key is unknown, revoked or expired. */
  find(key: string): Promise<Caller | undefined>;
  /** The caller with the key of this id; undefined if there is none, or it is revoked or expired. */
  holder(id: string): Promise<Caller | undefined>;
  /** What run tokens are made with; it is stored beside the keys and leaves this process nowhere. */
  readonly tokenSecret: Uint8Array;
  /** Whether no key was ever made. Once one was, everything but health needs a key. */
  isEmpty(): Promise<boolean>;
}
