import { searchOf } from './asking.ts';
import type { Http } from './http.ts';
import type { Stoppable } from './run.ts';

/** A secret as it is set: bound to hosts, or to functions that have it in `env`. */
export interface NewSecret {
  /** At least 8 characters. No answer has it. */
  readonly value: string;
  /** Where the gateway sends it: `host`, `host:port` or `*.suffix`. */
  readonly hosts?: readonly string[] | undefined;
  /** Headers that it may be in besides `authorization`, `x-api-key`, `api-key`, `x-auth-token`, `private-token`. */
  readonly headers?: readonly string[] | undefined;
  /** `true`: scripts have the value itself, as `env[name]`. Needs `functions`, and a policy that lets it in. */
  readonly env?: boolean | undefined;
  /** Functions whose calls may have it; left out: every run of the tenant. */
  readonly functions?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
}

/** A secret of the service: everything but its value. */
export interface SecretRecord {
  readonly tenant: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly headers: readonly string[];
  /** Null: every run of the tenant may have it. */
  readonly functions: readonly string[] | null;
  readonly inEnv: boolean;
  /** Of the key that it is sealed with. */
  readonly keyId: string;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** How far a rotation of keys has come. */
export interface RotatedSecrets {
  readonly rotated: number;
  /** Still sealed with an older key: call again. */
  readonly left: number;
  /** Those of them that no key opens, as `tenant/name`; at most 20. */
  readonly unreadable: readonly string[];
}

interface OfTenant extends Stoppable {
  readonly tenant?: string | undefined;
}

/** The secrets of a service. Nothing reads their values back. */
export interface Secrets {
  /** Stores it, or another value and binding of it: the next run that names it has the new one. */
  set(name: string, secret: NewSecret, options?: Stoppable): Promise<SecretRecord>;
  list(options?: OfTenant): Promise<readonly SecretRecord[]>;
  delete(name: string, options?: OfTenant): Promise<SecretRecord>;
  /** Seals with the first key of the service what an older one has sealed, of all tenants; for operators. */
  rotate(options?: Stoppable): Promise<RotatedSecrets>;
}

export function secretsOf(http: Http): Secrets {
  const pathOf = (name: string): string => `v1/secrets/${encodeURIComponent(name)}`;
  return {
    set: async (name, secret, { signal } = {}) =>
      http.json(pathOf(name), { method: 'PUT', body: secret, signal }),
    async list({ signal, ...query } = {}) {
      const path = `v1/secrets${searchOf(query)}`;
      return (await http.json<{ readonly items: readonly SecretRecord[] }>(path, { signal })).items;
    },
    delete: async (name, { signal, ...query } = {}) =>
      http.json(`${pathOf(name)}${searchOf(query)}`, { method: 'DELETE', signal }),
    rotate: async ({ signal } = {}) =>
      http.json('v1/secrets/rotate', { method: 'POST', body: {}, signal }),
  };
}
