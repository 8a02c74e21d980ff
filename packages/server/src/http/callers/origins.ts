import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Which pages of other sites may ask and read answers (CORS, of the Fetch Standard). */
export interface OriginOptions {
  /**
   * Origins as browsers send them, such as `https://app.example`; `*` stands for any, but only
   * without a key.
   */
  readonly origins: readonly string[];
}

/** Request headers that a page may set, besides those that browsers let every page set. */
const sent = ['content-type', 'idempotency-key', 'last-event-id', 'prefer'];
/** Response headers that a page may read. */
const read = [
  'content-disposition',
  'etag',
  'idempotency-replayed',
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
].join(', ');

/** How long a browser remembers the answer to a preflight, in seconds. */
const maxAgeS = 600;

/**
 * Lets pages of the origins in the config read answers, and answers their preflights. Cookies count
 * for nothing here, so they are never allowed. `*` covers neither a preflight for `Authorization`
 * nor the answer to a request that has it: a key comes only from pages that are named.
 * `methodsAt` returns the methods of a path; undefined if there is nothing. Throws `invalid_option`.
 */
export function allowOrigins(
  app: FastifyInstance,
  { origins }: OriginOptions,
  methodsAt: (path: string) => ReadonlySet<string> | undefined,
): void {
  for (const origin of origins) checkOrigin(origin);
  if (origins.length === 0) return;
  const named = new Set(origins.filter((origin) => origin !== '*'));
  const isOpen = origins.includes('*');
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('vary', 'Origin');
    const { origin, authorization } = request.headers;
    if (origin === undefined) return done();
    const isNamed = named.has(origin);
    if (!isNamed && (!isOpen || authorization !== undefined)) return done();
    void reply.header('access-control-allow-origin', isNamed ? origin : '*');
    const asked = askedMethod(request);
    const methods = asked === undefined ? undefined : methodsAt(request.url);
    if (methods === undefined) {
      void reply.header('access-control-expose-headers', read);
      return done();
    }
    answerPreflight(reply, [...methods], isNamed ? ['authorization', ...sent] : sent);
  });
}

/** The method that a preflight asks for; undefined for other requests. */
function askedMethod({ method, headers }: FastifyRequest): string | undefined {
  return method === 'OPTIONS' ? headers['access-control-request-method'] : undefined;
}

function answerPreflight(
  reply: FastifyReply,
  methods: readonly string[],
  headers: readonly string[],
): void {
  void reply
    .code(204)
    .headers({
      'access-control-allow-methods': methods.toSorted().join(', '),
      'access-control-allow-headers': headers.join(', '),
      'access-control-max-age': maxAgeS,
    })
    .send();
}

/** A browser sends one spelling of an origin; any other in the config would never match. */
function checkOrigin(origin: string): void {
  const url = URL.parse(origin);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isOne = isWeb && !url.hostname.includes('*');
  if (origin === '*' || (isOne && url.origin === origin)) return;
  const fix = isOne ? ` Write ${shown(url.origin)}.` : '';
  throw new CastellanError(
    'invalid_option',
    `cors.origins: ${shown(origin)} is no origin as browsers send it, such as "https://app.example".${fix}`,
    { option: 'cors.origins', value: origin },
  );
}
