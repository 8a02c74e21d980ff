import { retryAfter } from '../problems/problem.ts';

/** How one rule stands after a request. */
export interface Standing {
  readonly rule: string;
  readonly quota: number;
  readonly windowMs: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/**
 * `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them. The draft
 * moves: nothing else knows their form.
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
