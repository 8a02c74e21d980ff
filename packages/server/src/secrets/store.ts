import type { NewSecret, OpenedSecret, SecretRecord } from './record.ts';

/** Why nothing was changed, or read. */
export type SecretFault = 'no_key' | 'unreadable' | 'quota';

export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly fault: SecretFault;

  constructor(fault: SecretFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** How far a rotation has come. */
export interface Rotated {
  /** Sealed anew by this call. */
  readonly rotated: number;
  /** Still sealed with an older key. */
  readonly left: number;
  /** Of those, the ones that cannot be opened: of the form `tenant/name`, at most 20. */
  readonly unreadable: readonly string[];
}

/**
 * Secrets in the store, sealed. A change is durable before its promise settles, and the next read of any process
 * sees it. What throws `SecretError` has changed nothing.
 */
export interface SecretStore extends AsyncDisposable {
  /** Whether there is a key to seal with: without one nothing can be stored. */
  readonly hasKey: boolean;
  /** Stores a secret, or another value and binding of it. `isNew`: there was none. */
  put(
    tenant: string,
    name: string,
    secret: NewSecret,
  ): Promise<{ readonly record: SecretRecord; readonly isNew: boolean }>;
  /** By name, without values. */
  list(tenant: string): Promise<readonly SecretRecord[]>;
  /** Those that are there, without values. */
  find(tenant: string, names: readonly string[]): Promise<readonly SecretRecord[]>;
  /** Those that are there, with their values. Throws for one that cannot be opened. */
  open(tenant: string, names: readonly string[]): Promise<readonly OpenedSecret[]>;
  /** What it was; undefined where there was none. */
  remove(tenant: string, name: string): Promise<SecretRecord | undefined>;
  /**
   * Seals with the newest key what an older one has sealed, for some seconds. Whatever ends it, what is done is
   * done, and the next call goes on.
   */
  rotate(): Promise<Rotated>;
}
