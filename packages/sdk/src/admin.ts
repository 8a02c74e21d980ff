import type { DriverName, Limits } from '@castellan/protocol';
import type { Http } from './http.ts';
import type { Stoppable } from './run.ts';

/** What a key may do. */
export type KeyScope =
  | 'runs:write'
  | 'runs:read'
  | 'functions:write'
  | 'functions:invoke'
  | 'work'
  | 'secrets:write'
  | 'admin';

interface KeyRights {
  readonly tenant: string;
  /** Whether it reaches all tenants. */
  readonly mayNameTenant: boolean;
  /** The first is its default. */
  readonly policies: readonly string[];
  readonly scopes: readonly KeyScope[];
}

/** What a new key may do: nothing beyond the key that makes it. What is left out is as for `castellan keys create`. */
export interface KeyGrant extends Partial<KeyRights> {
  /** For people: which program or person has it. */
  readonly name?: string;
  /** RFC 3339; null: it does not end by itself. */
  readonly expiresAt?: string | null;
}

/** A key as the service knows it: everything but the key itself. */
export interface KeyRecord extends KeyRights {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** A key that was just made. */
export interface NewKey {
  readonly id: string;
  /** It is here and nowhere else. */
  readonly key: string;
}

/** The boxes of a policy in one launcher. */
export interface PoolState {
  readonly policy: string;
  readonly ready: number;
  readonly kept: number;
  readonly running: number;
  readonly waiting: number;
}

/** The service as it stands. */
export interface Overview {
  readonly version: string;
  readonly startedAt: string;
  readonly you: KeyRights & { readonly id: string };
  readonly running: number;
  readonly queued: number;
  /** Runs at a time. */
  readonly capacity: number;
  /** Why no more runs are taken. */
  readonly reason: string | null;
  /** Since the start. */
  readonly counts: {
    readonly submitted: number;
    readonly replayed: number;
    readonly retried: number;
    readonly refused: Readonly<Record<string, number>>;
    /** By status, followed by `/` and the reason if there is one. */
    readonly ended: Readonly<Record<string, number>>;
  };
  /** Answers that were problems, by code. */
  readonly problems: Readonly<Record<string, number>>;
  readonly launchers: readonly {
    readonly pid: number | null;
    readonly since: string | null;
    readonly starts: number;
    readonly lastEnd: string | null;
    readonly pools: readonly PoolState[];
  }[];
  /** Launchers on other machines that ask this service; others may ask others. */
  readonly workers: readonly {
    readonly id: string;
    readonly policies: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly running: number;
    readonly free: number;
  }[];
  readonly tenants: readonly {
    readonly name: string;
    readonly running: number;
    readonly queued: number;
    readonly runningCap: number;
  }[];
}

/** A policy as it is in force. Fields that are not named here may be there. */
export interface PolicyInForce {
  readonly name: string;
  readonly engine: string;
  readonly isolation: DriverName;
  readonly limits: Limits;
  readonly ceilings: Limits;
  readonly operator: {
    readonly askedIsolation: readonly string[];
    readonly warm: number;
    readonly allowPrivate: readonly string[];
    readonly deny: readonly string[];
    /** Where secrets go; never what they are. */
    readonly secrets: readonly {
      readonly name: string;
      readonly hosts: readonly string[];
      readonly headers: readonly string[];
    }[];
  };
  readonly [field: string]: unknown;
}

/** What a key with the scope `admin` may ask. */
export interface Admin {
  overview(options?: Stoppable): Promise<Overview>;
  policies(options?: Stoppable): Promise<readonly PolicyInForce[]>;
  readonly keys: {
    /** Makes a key. It is not sent again by itself: an answer that was lost may have left a key behind. */
    create(grant?: KeyGrant, options?: Stoppable): Promise<NewKey>;
    /** Also revoked ones, oldest first. */
    list(options?: Stoppable): Promise<readonly KeyRecord[]>;
    /** Ends a key at once and for ever. Throws `not_found` where none is in force. */
    revoke(id: string, options?: Stoppable): Promise<void>;
  };
}

export function adminOf(http: Http): Admin {
  const items = async <Item>(
    path: string,
    { signal }: Stoppable = {},
  ): Promise<readonly Item[]> => {
    const page = await http.json<{ readonly items: readonly Item[] }>(path, { signal });
    return page.items;
  };
  return {
    overview: async ({ signal } = {}) => http.json('v1/admin/overview', { signal }),
    policies: async (options) => items('v1/admin/policies', options),
    keys: {
      create: async (grant = {}, { signal } = {}) =>
        http.json('v1/admin/keys', { method: 'POST', body: grant, signal, isOnce: true }),
      list: async (options) => items('v1/admin/keys', options),
      async revoke(id, { signal } = {}) {
        const path = `v1/admin/keys/${encodeURIComponent(id)}`;
        await http.json(path, { method: 'DELETE', signal });
      },
    },
  };
}
