import type { Idempotency } from '../../runs/contract/runs.ts';
import { ProblemError } from '../problems/problem.ts';

/**
 * Runs `answer`. Throws a 409 problem while an earlier request with the same key has no response
 * yet.
 */
export type InFlight = <Answer>(
  idempotency: Idempotency | null,
  answer: () => Promise<Answer>,
) => Promise<Answer>;

/** Tracks the keys of requests in flight. A request that waits for its run is in flight. */
export function trackInFlight(): InFlight {
  const unanswered = new Set<string>();
  return async (idempotency, answer) => {
    if (idempotency === null) return answer();
    const id = JSON.stringify([idempotency.scope, idempotency.key]);
    if (unanswered.has(id)) {
      throw new ProblemError(
        'idempotency_in_flight',
        'A request with this Idempotency-Key is being answered. Ask again when it has been.',
        { retryAfterMs: 1_000 },
      );
    }
    unanswered.add(id);
    try {
      return await answer();
    } finally {
      unanswered.delete(id);
    }
  };
}

const keyForm = /^[\u0021-\u007e]{1,255}$/;

/** Returns the `Idempotency-Key` of a request. Throws a problem if it is malformed. */
export function readIdempotencyKey(
  header: string | readonly string[] | undefined,
): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && keyForm.test(header)) return header;
  throw new ProblemError(
    'malformed_request',
    'Idempotency-Key must be 1 to 255 visible ASCII characters, once.',
  );
}
