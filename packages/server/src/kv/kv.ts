/** The most bytes of a key in UTF-8, and of a value as JSON. */
export const keyBytes = 512;
export const valueBytes = 65_536;

/** The most keys of one answer of `list`. */
export const mostListed = 1_000;

/** What a tenant may have, and how often its scripts may ask. */
export interface KvBounds {
  readonly entries: number;
  /** Of keys and values together. */
  readonly tenantBytes: number;
  /** Calls of all scripts of a tenant, in each process that has an API. */
  readonly perMinute: number;
}

/** A key without its value. */
export interface KvEntry {
  /** It grows with each change of the tenant: no two values have the same, also after a deletion. */
  readonly version: number;
  /** RFC 3339, UTC; null: it does not expire. */
  readonly expiresAt: string | null;
}

/** A question of a script. Values are JSON text, and are not read. */
export type KvQuestion =
  | { readonly op: 'get'; readonly key: string }
  | {
      readonly op: 'set';
      readonly key: string;
      readonly value: string;
      readonly ttlMs: number | null;
      /** 0: there must be none. Null: whatever there is. */
      readonly ifVersion: number | null;
    }
  | { readonly op: 'delete'; readonly key: string; readonly ifVersion: number | null }
  | {
      readonly op: 'list';
      readonly prefix: string;
      /** The last key of the page before; empty: from the first. */
      readonly after: string;
      readonly limit: number;
    };

/** An answer: JSON text, and of `get` the value, JSON text too. */
export interface KvAnswer {
  readonly json: string;
  readonly value: string | null;
}

/** Why a question has no answer; codes are what scripts see. */
export type KvFault = 'kv_denied' | 'kv_full' | 'kv_rate' | 'kv_unavailable';

export class KvError extends Error {
  override readonly name = 'KvError';
  readonly code: KvFault;

  constructor(code: KvFault, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Keys and values in the store. A change is durable before its promise settles, and every read that begins after that,
 * in any process, sees it. The changes of one tenant come one after another.
 */
export interface Kv extends AsyncDisposable {
  /** Throws `KvError`. */
  ask(tenant: string, question: KvQuestion): Promise<KvAnswer>;
}
