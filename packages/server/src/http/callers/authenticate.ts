import type { IncomingMessage } from 'node:http';
import { type Caller, type Keys, type Scope, scopes } from '../../keys/keys.ts';
import { readRunToken } from '../../keys/run-token.ts';
import { ProblemError } from '../problems/problem.ts';
import { refuseForeign } from './loopback.ts';

export interface Authentication {
  readonly keys: Keys;
  /** The first one is the default. */
  readonly policies: readonly string[];
  /** The policy of callers without a key, once keys exist; null: they are refused. */
  readonly anonymousPolicy: string | null;
}

/** What the service knows of those who may call. */
interface Known extends Pick<Authentication, 'keys' | 'anonymousPolicy'> {
  readonly policies: ReadonlyMap<string, unknown>;
  readonly defaultPolicy: string;
}

export function authenticationOf({
  keys,
  policies,
  defaultPolicy,
  anonymousPolicy,
}: Known): Authentication {
  return {
    keys,
    anonymousPolicy,
    // They may be other ones by now.
    get policies() {
      const others = [...policies.keys()].filter((name) => name !== defaultPolicy);
      return [defaultPolicy, ...others];
    },
  };
}

/**
 * Identifies the caller: by key, as a local program while no keys exist, or as anonymous. Throws a
 * problem.
 */
export async function authenticate(
  request: IncomingMessage,
  { keys, policies, anonymousPolicy }: Authentication,
): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, key = ''] = /^Bearer +([\w-]+)$/i.exec(authorization) ?? [];
    const caller = await keys.find(key);
    if (caller !== undefined) return caller;
    throw new ProblemError('unauthorized', 'The key is unknown, revoked or over.');
  }
  if (await keys.isEmpty()) {
    refuseForeign(request);
    return loopback(policies);
  }
  if (anonymousPolicy !== null) return anonymous(anonymousPolicy);
  throw new ProblemError(
    'unauthorized',
    'This call needs a key: send "Authorization: Bearer ck_…".',
    { fix: 'Send "Authorization: Bearer ck_…".' },
  );
}

/** What came in `?token=`, and the run that was asked for. */
export interface ShownToken {
  readonly token: unknown;
  readonly runId: string;
}

/** The bearer of a run token. */
export interface TokenBearer {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Identifies the bearer of a run token, who reads one run and only as long as the caller who asked
 * for the token may: a revoked key ends its tokens. Throws a problem, the same one for a token that
 * is forged, over, revoked or of another run.
 */
export async function authenticateToken(
  request: IncomingMessage,
  { token, runId }: ShownToken,
  authentication: Authentication,
): Promise<TokenBearer> {
  const { keys } = authentication;
  if (request.headers.authorization !== undefined || typeof token !== 'string') {
    throw new ProblemError(
      'malformed_request',
      'Send one token, or Authorization, and not both or several.',
    );
  }
  if (await keys.isEmpty()) refuseForeign(request);
  const facts = readRunToken(keys.tokenSecret, runId, token, Date.now());
  const giver = facts && (await callerOf(facts.giver, authentication));
  if (facts === undefined || giver?.scopes.includes('runs:read') !== true) {
    throw new ProblemError('unauthorized', 'The token is unknown, over, or of another run.');
  }
  return { caller: { ...giver, id: 'token', scopes: ['runs:read'] }, endsAt: facts.endsAt };
}

/** The caller of this id, with what it may do now; undefined if it may do nothing any more. */
export async function callerOf(
  id: string,
  authentication: Authentication,
): Promise<Caller | undefined> {
  const { keys, policies, anonymousPolicy } = authentication;
  if (id === 'loopback') return (await keys.isEmpty()) ? loopback(policies) : undefined;
  if (id === 'anonymous') {
    return anonymousPolicy === null || (await keys.isEmpty())
      ? undefined
      : anonymous(anonymousPolicy);
  }
  return keys.holder(id);
}

function loopback(policies: readonly string[]): Caller {
  return { id: 'loopback', tenant: 'default', mayNameTenant: true, policies, scopes };
}

function anonymous(policy: string): Caller {
  return {
    id: 'anonymous',
    tenant: 'anonymous',
    mayNameTenant: false,
    policies: [policy],
    scopes: ['runs:write', 'runs:read'],
  };
}

/** Throws `scope_missing` if the key has none of the scopes. */
export function requireScope(caller: Caller, wanted: readonly Scope[]): void {
  if (wanted.some((scope) => caller.scopes.includes(scope))) return;
  throw new ProblemError(
    'scope_missing',
    `This call needs the scope ${wanted.join(' or ')}; the key has ${caller.scopes.join(', ')}.`,
  );
}
