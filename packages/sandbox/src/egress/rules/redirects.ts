import type { Headers } from './headers.ts';
import { headerOf } from './headers.ts';
import { Refused } from './refused.ts';
import { asksForSecret, type SecretRule, withoutSecrets } from './secrets.ts';
import { readTarget, type Target } from './target.ts';

/** The limit of redirects of a request. */
export const mostRedirects = 20;

/** One step of a request, before secrets are filled in. */
export interface Step {
  readonly target: Target;
  readonly method: string;
  readonly headers: Headers;
  readonly hasBody: boolean;
}

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const privateHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
]);
const bodyHeaders: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

/** The target of a redirect; `undefined` when the response is none. */
export function locationOf(status: number, headers: Headers): string | undefined {
  const written = statuses.has(status) ? headerOf(headers, 'location') : undefined;
  if (written === undefined) return undefined;
  // Header bytes arrive as one character each, but a location beyond ASCII is UTF-8.
  return Buffer.from(written, 'latin1').toString('utf8');
}

/**
 * The next step, by the rules of the Fetch standard. Credentials, and headers with a placeholder, are
 * not sent to another origin; a secret in the location becomes its placeholder first. Throws `Refused`
 * for an invalid target, and for a redirect from https to http after a secret was sent.
 */
export function redirected(
  { target, method, headers, hasBody }: Step,
  status: number,
  location: string,
  sent: { readonly secret: boolean; readonly rules: readonly SecretRule[] },
): Step {
  const next = readTarget(withoutSecrets(location, sent.rules), target.url);
  // The parser drops tabs and dots, and joins the location with the URL before.
  if (withoutSecrets(next.url, sent.rules) !== next.url) {
    throw new Refused('a redirect with a secret in its URL');
  }
  if (sent.secret && target.isSecure && !next.isSecure) {
    throw new Refused('a redirect from https to http of a request with a secret');
  }
  const toGet =
    status === 303 ? method !== 'GET' && method !== 'HEAD' : method === 'POST' && status < 303;
  const isSameOrigin = next.origin === target.origin;
  const kept = headers.filter(([name, text]) => {
    const lower = name.toLowerCase();
    if (toGet && bodyHeaders.has(lower)) return false;
    return isSameOrigin || (!privateHeaders.has(lower) && !asksForSecret(text, sent.rules));
  });
  return {
    target: next,
    method: toGet ? 'GET' : method,
    headers: kept,
    hasBody: hasBody && !toGet,
  };
}
