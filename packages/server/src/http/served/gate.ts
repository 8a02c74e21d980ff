import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import { clientAddress, countedAddress, plainAddress, readRanges } from '../callers/addresses.ts';
import { authenticate, requireScope } from '../callers/authenticate.ts';
import { rateLimitHeaders, type Standing } from '../limits/headers.ts';
import { createRates } from '../limits/rates.ts';
import { createSlots } from '../limits/slots.ts';
import { memoryStore } from '../limits/store.ts';
import type { AppOptions } from '../options.ts';
import { ProblemError } from '../problems/problem.ts';
import { nothing } from './target.ts';

/** Who calls a function. */
export interface Visitor {
  /** Who has shown a key, or asks from this machine while there is none; null: anybody. */
  readonly caller: Caller | null;
  /** The key of the visitor's counters. */
  readonly subject: string;
  readonly address: string;
  readonly isFromProxy: boolean;
  /** `RateLimit` and its policy. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Gate = (request: IncomingMessage, response: ServerResponse) => Promise<Visitor>;

const keyForm = /^Bearer +ck_[\w-]+$/i;

/**
 * Runs before anything costly: who asks, how often, and how many at a time. Whoever shows no key is counted by
 * the rates of `keys.anonymousPolicy`, and learns nothing where that is not set.
 */
export function servedGate(options: AppOptions): Gate {
  const { keys, policies, defaultPolicy, anonymousPolicy, rates: bounds } = options;
  const isTrusted = readRanges(options.trustedProxies, 'trustedProxies');
  const isAllowed = readRanges(bounds.allow.addresses, 'rates.allow.addresses');
  const rates = createRates(bounds, policies, options.limitStore ?? memoryStore);
  const slots = createSlots(bounds.inFlight);

  /** Null for a visitor without a key of ours, who may have one of the function's own. */
  const identify = async (request: IncomingMessage): Promise<Caller | null> => {
    const { authorization = '' } = request.headers;
    const isOpen = anonymousPolicy !== null;
    if (isOpen && !keyForm.test(authorization) && !(await keys.isEmpty())) return null;
    const others = [...policies.keys()].filter((name) => name !== defaultPolicy);
    return authenticate(request, {
      keys,
      policies: [defaultPolicy, ...others],
      anonymousPolicy: null,
    });
  };

  return async (request, response) => {
    const forwarded = request.headers['x-forwarded-for'];
    const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    const peer = request.socket.remoteAddress;
    const address = clientAddress(peer, list, isTrusted);
    const counted = countedAddress(address);
    const standings: Standing[] = [];
    const isFree = isAllowed(address);
    const caller = await identify(request).catch(async (error: unknown) => {
      if (error instanceof ProblemError && !isFree) await rates.wrongKey(counted, standings);
      throw error;
    });
    const counting = caller ?? anybody(anonymousPolicy);
    const subject = caller === null ? `address ${counted}` : caller.id;
    const path = 'served';
    if (!isFree && !bounds.allow.keys.includes(counting.id)) {
      await rates.take({ caller: counting, subject, address: counted, path }, standings);
    }
    const policy: Policy | undefined = policies.get(counting.policies[0] ?? '');
    const most = isFree || policy === undefined ? bounds.inFlight : policy.rate.inFlight;
    response.once('close', slots.take(subject, most));
    const isFromProxy = isTrusted(plainAddress(peer) ?? '0.0.0.0');
    return { caller, subject, address, isFromProxy, headers: rateLimitHeaders(standings) };
  };
}

function anybody(policy: string | null): Caller {
  const policies = policy === null ? [] : [policy];
  return { id: 'anonymous', tenant: 'anonymous', mayNameTenant: false, policies, scopes: [] };
}

/**
 * The caller as whom a function is called: with a key its holder, without one anybody, for a version that is
 * open to all. Throws the same for what is another tenant's and what never was.
 */
export function callerFor(
  { caller }: Pick<Visitor, 'caller'>,
  tenant: string,
  version: { readonly isPublic: boolean; readonly policy: string },
): Caller {
  if (caller !== null && (caller.tenant === tenant || caller.mayNameTenant)) {
    requireScope(caller, ['functions:invoke', 'runs:write']);
    return caller;
  }
  if (version.isPublic) return { ...anybody(version.policy), tenant };
  if (caller !== null) throw nothing();
  throw new ProblemError('unauthorized', 'This call needs a key.');
}
