import { createHmac } from 'node:crypto';
import type { Generation } from './store.ts';

/** How long the secret before the newest one signs too, after a rotation. */
export const overlapMs = 24 * 3_600_000;

/** What a tenant's messages are signed with, as receivers write it down: `whsec_` and base64. */
export interface SigningSecrets {
  readonly newest: string;
  /** Null: there is none, or its time is over. */
  readonly previous: { readonly secret: string; readonly until: string } | null;
}

/**
 * Secrets of tenants. None is stored: each is derived from what the service's run tokens are made with, the
 * tenant, and how often it has changed its own.
 */
export function secretsOf(
  root: Uint8Array,
  tenant: string,
  { number, rotatedAt }: Generation,
  nowMs: number,
): SigningSecrets {
  const secret = (generation: number): string => {
    const about = JSON.stringify(['signing secret of webhooks', tenant, generation]);
    return `whsec_${createHmac('sha256', root).update(about).digest('base64')}`;
  };
  const untilMs = rotatedAt === null ? 0 : Date.parse(rotatedAt) + overlapMs;
  const previous =
    number === 0 || untilMs <= nowMs
      ? null
      : { secret: secret(number - 1), until: new Date(untilMs).toISOString() };
  return { newest: secret(number), previous };
}

/** A message as it is sent. */
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signs a message as Standard Webhooks 1.0.0 says, with every secret that counts. */
export function signed(
  id: string,
  body: string,
  { newest, previous }: SigningSecrets,
  nowMs: number,
): Signed {
  const seconds = Math.floor(nowMs / 1_000);
  const secrets = previous === null ? [newest] : [newest, previous.secret];
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatures.join(' '),
    },
  };
}
