/** A call that the operator may have to account for. */
export interface AuditedCall {
  /** Method and route. */
  readonly call: string;
  readonly status: number;
  /** `key_…`, or `loopback`. */
  readonly caller: string;
  readonly tenant: string;
  readonly address: string;
  readonly requestId: string;
  readonly keyId?: string;
  /** The name of the secret that was set or removed. */
  readonly secret?: string;
  /** The code of the problem that it was answered with. */
  readonly problem?: string;
}

/** Keeps an entry, on the disk when it returns. */
export type Audit = (entry: AuditedCall) => void;
