import type { JsonText } from '@castellan/protocol/json';

/** How many scripts are kept for those who have a link, and for how long. */
export interface ShareRules {
  /** Bytes of all tenants together. */
  readonly bytes: number;
  /** Bytes of one tenant: its oldest go first. */
  readonly tenantBytes: number;
  /** Milliseconds from when one is stored until it is removed. */
  readonly keepMs: number;
}

/** A script that is kept for whoever has its id, and belongs to the same tenant. */
export interface Share {
  readonly id: string;
  /** RFC 3339, UTC; by the clock on the wall, since people are told when it ends. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface OpenedShare extends Share {
  /** What was given, as it was given. */
  readonly request: JsonText;
}

/**
 * Scripts that are kept to be opened by others, in a place of their own: however many there are, no run has
 * to go for them. A share of another tenant is unknown; a tenant of null means any tenant.
 */
export interface Shares extends AsyncDisposable {
  /** Durable when it resolves. Throws `ShareRefusal`. */
  keep(tenant: string, request: JsonText): Promise<Share>;
  open(tenant: string | null, id: string): Promise<OpenedShare | undefined>;
  /** Resolves with what there was. */
  forget(tenant: string | null, id: string): Promise<Share | undefined>;
}

/** Why one is not kept: more than a tenant may have, or all tenants together have as much as there may be. */
export class ShareRefusal extends Error {
  override readonly name = 'ShareRefusal';
  readonly why: 'too_large' | 'full';

  constructor(why: ShareRefusal['why'], message: string) {
    super(message);
    this.why = why;
  }
}
