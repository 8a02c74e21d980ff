import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Scope } from '../keys/keys.ts';
import { clientAddress, countedAddress, readRanges } from './callers/addresses.ts';
import {
  authenticate,
  authenticateToken,
  authenticationOf,
  requireScope,
  type ShownToken,
} from './callers/authenticate.ts';
import { rateLimitHeaders, type Standing } from './limits/headers.ts';
import { createSlots } from './limits/slots.ts';
import { createRates } from './limits/rates.ts';
import { memoryStore } from './limits/store.ts';
import type { AppOptions } from './options.ts';
import { ProblemError } from './problems/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate, except on public routes. */
    caller: Caller;
    /** Where it comes from, also behind a proxy that is trusted; empty on public routes. */
    address: string;
    /** The key of the caller's counters: the id of its API key, or its address. */
    subject: string;
    /** When the run token of the request ends, in milliseconds since 1970; null without one. */
    tokenEndsAt: number | null;
    /** Whether who asked could still ask, for answers that take long: a key may be revoked meanwhile. */
    isStillWelcome: () => Promise<boolean>;
  }
  interface FastifyContextConfig {
    /** `public`: no key and no rate limit. Undefined: any key. Of several scopes one is enough. */
    readonly access?: 'public' | Scope | readonly Scope[];
    /** A run token may be shown in place of a key, in `?token=` of a GET. */
    readonly takesToken?: boolean;
    /** Takes no body: an empty one of type JSON is none. */
    readonly isBodyless?: boolean;
    /** Of workers, who call as often as there are runs: keys of the scope are not counted. */
    readonly isOfWorkers?: boolean;
    /** Each call by somebody who is known is kept for the operator. */
    readonly isAudited?: boolean;
    /** Polled by machines every few seconds, so it is logged at level `debug`. */
    readonly isQuiet?: boolean;
  }
}

/** Method and route pattern of a request; never its URL, which a client writes. */
export function pathOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
}

/** HEAD is counted as GET. */
function countedPath(request: FastifyRequest): string {
  return pathOf(request).replace(/^HEAD /, 'GET ');
}

/** The run token of a request, where one is taken; undefined without one. */
function tokenOf(request: FastifyRequest): ShownToken | undefined {
  const { token } = request.query as { token?: unknown };
  const isTaken = request.routeOptions.config.takesToken === true && request.method === 'GET';
  return isTaken && token !== undefined ? { token, runId: runIdOf(request) } : undefined;
}

function runIdOf({ params }: FastifyRequest): string {
  return (params as { id: string }).id;
}

/** All bearers of tokens of a run count together, apart from the key that they come from. */
function subjectOf(request: FastifyRequest, { id }: Caller, address: string): string {
  if (id === 'token') return `token of ${runIdOf(request)}`;
  return id === 'anonymous' ? `address ${address}` : id;
}

/**
 * Runs before everything costly, before a byte of the body is read: checks who asks, from where,
 * how often, how many at a time, and with which scope.
 */
export function addGate(app: FastifyInstance, options: AppOptions): void {
  const { policies, rates: rateOptions } = options;
  const isTrusted = readRanges(options.trustedProxies, 'trustedProxies');
  const isAllowedAddress = readRanges(rateOptions.allow.addresses, 'rates.allow.addresses');
  const allowedKeys = new Set(rateOptions.allow.keys);
  const rates = createRates(rateOptions, policies, options.limitStore ?? memoryStore);
  const slots = createSlots(rateOptions.inFlight);
  const authentication = authenticationOf(options);

  const recognise = async (request: FastifyRequest) => {
    const shown = tokenOf(request);
    if (shown !== undefined) return authenticateToken(request.raw, shown, authentication);
    return { caller: await authenticate(request.raw, authentication), endsAt: null };
  };
  const identify = async (request: FastifyRequest, address: string, standings: Standing[]) => {
    try {
      const { caller, endsAt } = await recognise(request);
      request.tokenEndsAt = endsAt;
      request.isStillWelcome = () =>
        recognise(request).then(
          () => true,
          (error: unknown) => !(error instanceof ProblemError),
        );
      return caller;
    } catch (error) {
      // A store that is away says nothing about the key.
      const isWrong = error instanceof ProblemError;
      if (isWrong && !isAllowedAddress(address))
        await rates.wrongKey(countedAddress(address), standings);
      throw error;
    }
  };

  app.decorateRequest('caller', null as unknown as Caller);
  app.decorateRequest('subject', '');
  app.decorateRequest('address', '');
  app.decorateRequest('tokenEndsAt', null);
  app.decorateRequest('isStillWelcome', null as unknown as () => Promise<boolean>);
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (access === 'public') return;
    const forwarded = request.headers['x-forwarded-for'];
    const address = clientAddress(
      request.raw.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      isTrusted,
    );
    request.address = address;
    const standings: Standing[] = [];
    try {
      const caller = await identify(request, address, standings);
      const counted = countedAddress(address);
      const isAnonymous = caller.id === 'anonymous';
      const subject = subjectOf(request, caller, counted);
      request.caller = caller;
      request.subject = subject;
      const isWorker =
        request.routeOptions.config.isOfWorkers === true && caller.scopes.includes('work');
      const isFree =
        isWorker || isAllowedAddress(address) || (!isAnonymous && allowedKeys.has(caller.id));
      if (!isFree)
        await rates.take(
          { caller, subject, address: counted, path: countedPath(request) },
          standings,
        );
      const policy = policies.get(caller.policies[0] ?? '');
      if (policy === undefined) {
        throw new ProblemError(
          'policy_denied',
          'The policies of this key are not in the config any more.',
        );
      }
      const most = isFree ? rateOptions.inFlight : policy.rate.inFlight;
      reply.raw.once('close', slots.take(subject, most));
      if (access !== undefined) requireScope(caller, [access].flat());
    } finally {
      void reply.headers(rateLimitHeaders(standings));
    }
  });
}
