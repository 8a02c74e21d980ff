import type { IncomingMessage } from 'node:http';
import { type Caller, type Keys, type Scope, scopes } from '../../keys/keys.ts';
import { ProblemError } from '../problems/problem.ts';
import { refuseForeign } from './loopback.ts';

export interface Authentication {
  readonly keys: Keys;
  /** The first one is the default. */
  readonly policies: readonly string[];
  /** The policy of callers without a key, once keys exist; null: they are refused. */
  readonly anonymousPolicy: string | null;
}

/**
 * Identifies the caller: by key, as a local program while no keys exist, or as anonymous. Throws a
 * problem.
 */
export function authenticate(
  request: IncomingMessage,
  { keys, policies, anonymousPolicy }: Authentication,
): Caller {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, key = ''] = /^Bearer +([\w-]+)$/i.exec(authorization) ?? [];
    const caller = keys.find(key);
    if (caller !== undefined) return caller;
    throw new ProblemError('unauthorized', 'The key is unknown, revoked or over.');
  }
  if (keys.isEmpty) {
    refuseForeign(request);
    return { id: 'loopback', tenant: 'default', mayNameTenant: true, policies, scopes };
  }
  if (anonymousPolicy !== null) {
    return {
      id: 'anonymous',
      tenant: 'anonymous',
      mayNameTenant: false,
      policies: [anonymousPolicy],
      scopes: ['runs:write', 'runs:read'],
    };
  }
  throw new ProblemError(
    'unauthorized',
    'This call needs a key: send "Authorization: Bearer ck_…".',
    { fix: 'Send "Authorization: Bearer ck_…".' },
  );
}

/** Throws `scope_missing` if the key lacks the scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes(scope)) return;
  throw new ProblemError(
    'scope_missing',
    `This call needs the scope ${scope}; the key has ${caller.scopes.join(', ')}.`,
  );
}
