import { retryAfter } from '../problems/problem.ts';

/** The state of one rule after a request was counted. */
export interface Standing {
  readonly rule: string;
  readonly quota: number;
  readonly windowMs: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/**
 * `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10. The draft still
 * changes, so no other module depends on this format.
 */
export function rateLimitHeaders(standings: readonly Standing[]): Readonly<Record<string, string>> {
  if (standings.length === 0) return {};
  const list = (write: (standing: Standing) => string): string => standings.map(write).join(', ');
  return {
    'ratelimit-policy': list(
      ({ rule, quota, windowMs }) => `"${rule}";q=${quota};w=${Math.ceil(windowMs / 1_000)}`,
    ),
    ratelimit: list(
      ({ rule, remaining, resetMs }) => `"${rule}";r=${remaining};t=${retryAfter(resetMs)}`,
    ),
  };
}
