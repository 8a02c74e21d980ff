import type { AnswerHead } from '@castellan/sandbox';
import { connectionHeaders } from './connection-headers.ts';

/** Where an answer goes. */
export interface Place {
  /** Host without its port. */
  readonly host: string;
  /** Whether other functions answer on the same origin. */
  readonly isShared: boolean;
  /** Whether the caller showed a key, so that nobody else may be given the answer. */
  readonly isKeyed: boolean;
}

type Pair = readonly [name: string, value: string];

/** Headers that only the service writes. */
const own = /^(?:x-castellan-|ratelimit|content-length$|date$)/;

/** Headers that act on a whole origin, which is not one function's where several share it. */
const ofOrigin: ReadonlySet<string> = new Set([
  'set-cookie',
  'service-worker-allowed',
  'clear-site-data',
  'strict-transport-security',
  'alt-svc',
  'nel',
  'report-to',
  'reporting-endpoints',
  'accept-ch',
  'critical-ch',
  'origin-trial',
]);

/** Headers by which caches between here and the client could be told to keep what a key has opened. */
const ofCaches: ReadonlySet<string> = new Set([
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'surrogate-control',
  'x-accel-expires',
]);

/**
 * What a browser may do with a page on an origin that it shares with other functions: scripts run, on an
 * origin of their own that is nobody's.
 */
const sandboxed =
  'sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads';

/** The headers of a function's answer, as they may be sent. */
export function answerHeaders({ headers }: AnswerHead, place: Place): Pair[] {
  const { host, isShared, isKeyed } = place;
  const connection = headers.find(([name]) => name === 'connection')?.[1];
  const dropped = connectionHeaders(connection);
  const kept = headers.filter(([name, value]) => {
    if (dropped.has(name) || own.test(name)) return false;
    if (isShared && ofOrigin.has(name)) return false;
    if (isKeyed && ofCaches.has(name)) return false;
    return name !== 'set-cookie' || isOfHost(value, host);
  });
  const sent = isKeyed ? withoutSharedCaches(kept) : kept;
  return isShared
    ? [...sent, ['content-security-policy', sandboxed], ['x-content-type-options', 'nosniff']]
    : sent;
}

/** A cookie for more than its host would reach functions of others. */
function isOfHost(cookie: string, host: string): boolean {
  return cookie
    .split(';')
    .slice(1)
    .map((part) => part.split('='))
    .filter(([name = '']) => name.trim().toLowerCase() === 'domain')
    .every(([, domain = '']) => domain.trim().replace(/^\./, '').toLowerCase() === host);
}

/** What a key has opened stays with whoever has the key. */
function withoutSharedCaches(headers: readonly Pair[]): Pair[] {
  const others = headers.filter(([name]) => name !== 'cache-control' && name !== 'expires');
  const given = headers
    .filter(([name]) => name === 'cache-control')
    .flatMap(([, value]) => value.split(','))
    .map((part) => part.trim())
    .filter(
      (part) => part !== '' && !/^(?:public|private|s-maxage|proxy-revalidate)\b/i.test(part),
    );
  const value = given.length === 0 ? 'no-store' : ['private', ...given].join(', ');
  return [...others, ['cache-control', value]];
}
