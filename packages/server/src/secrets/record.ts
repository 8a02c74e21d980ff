/** Where a secret may go. Sealed with its value: who changes the row alone makes it useless. */
export interface SecretBinding {
  /** Hosts that it is sent to, as a policy's `network.allow` has them; none where it is in `env`. */
  readonly hosts: readonly string[];
  /** Headers that it may be in, besides the usual ones. */
  readonly headers: readonly string[];
  /** Functions whose calls may have it; null: every run of the tenant. */
  readonly functions: readonly string[] | null;
  /** Scripts have the value itself, as `env[name]`. */
  readonly inEnv: boolean;
}

/** Everything about a secret but its value. */
export interface SecretRecord extends SecretBinding {
  readonly tenant: string;
  readonly name: string;
  /** Of the key that it is sealed with. */
  readonly keyId: string;
  /** RFC 3339, UTC: when its value was set last. */
  readonly updatedAt: string;
  /** The id of the API key that did it. */
  readonly updatedBy: string;
}

/** A secret that is to be stored. */
export interface NewSecret extends SecretBinding {
  readonly value: string;
  readonly updatedBy: string;
}

/** What a run is given: never stored, and sent to no client. */
export interface OpenedSecret extends SecretRecord {
  readonly value: string;
}
