import assert from 'node:assert/strict';
import type { Service } from '../service/service.support.ts';
import { keyOf } from './key.support.ts';

/** One at a time of the policy `slow`, so that runs wait without any cost. */
export const config = {
  policies: {
    default: { limits: { wallMs: 60_000 } },
    slow: { warm: 0, queue: { running: 1, queued: 200 }, limits: { wallMs: 60_000 } },
    web: { warm: 0, network: { allow: ['127.0.0.1'] } },
  },
};

export const endless = 'let n = 0; console.log("first"); setInterval(() => console.log(++n), 200);';

/** Keys of a service that has none yet: the operator's, and what it makes. */
export interface Keys {
  readonly operator: string;
  /** Calls as the operator; answers with JSON. */
  ask(method: string, path: string, body?: object, key?: string): Promise<Record<string, never>>;
  /** Makes a key that differs from an ordinary one of the tenant `shop` by these fields. */
  make(grant?: object): Promise<{ readonly id: string; readonly key: string }>;
}

export async function makeKeys(service: Service): Promise<Keys> {
  const scopes = ['runs:write', 'runs:read', 'admin'];
  const policies = Object.keys(config.policies);
  const operator = await keyOf(
    service.data,
    '--any-tenant',
    ...scopes.map((scope) => `--scope=${scope}`),
    ...policies.map((policy) => `--policy=${policy}`),
    // The policies are not in the default config.
    `--config=${service.configFile}`,
  );
  const ask: Keys['ask'] = async (method, path, body, key = operator) => {
    const headers = { authorization: `Bearer ${key}` };
    const { status, text } = await service.call(method, path, { headers, body });
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return JSON.parse(text) as Record<string, never>;
  };
  return {
    operator,
    ask,
    make: async (grant = {}) => {
      const wanted = { tenant: 'shop', policies, ...grant };
      return (await ask('POST', '/v1/admin/keys', wanted)) as unknown as { id: string; key: string };
    },
  };
}
