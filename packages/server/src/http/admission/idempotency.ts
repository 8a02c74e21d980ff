import { createHash } from 'node:crypto';
import { exceededCap } from '@castellan/protocol/json';
import type { Idempotency } from '../../runs/contract/runs.ts';
import { ProblemError } from '../problems/problem.ts';

/**
 * Claims the key of a request until its response has ended. Throws a 409 problem while another request
 * has the key; one that waits for its run still has it.
 */
export type Claim = (idempotency: Idempotency | null) => Disposable;

export function claims(): Claim {
  const unanswered = new Set<string>();
  return (idempotency) => {
    if (idempotency === null) return { [Symbol.dispose]: () => undefined };
    const id = JSON.stringify([idempotency.scope, idempotency.key]);
    if (unanswered.has(id)) {
      throw new ProblemError(
        'idempotency_in_flight',
        'A request with this Idempotency-Key is being answered. Ask again when it has been.',
        { retryAfterMs: 1_000 },
      );
    }
    unanswered.add(id);
    return { [Symbol.dispose]: () => void unanswered.delete(id) };
  };
}

/** Parameters with more values and keys than this are compared as they are written. */
const sortedNodes = 5_000;

/**
 * A hash that is the same for bodies that mean the same: fields of objects count in the order of
 * their names. `params` are those of the body as text; large ones count as they are written.
 */
export function payloadHash(body: { readonly params?: unknown }, params: string): string {
  const isLarge = exceededCap(params, { depth: Infinity, nodes: sortedNodes }) !== null;
  const sorted = isLarge ? params : canonical(JSON.parse(params));
  const { params: asked, ...rest } = body;
  const hash = createHash('sha256').update(canonical(rest));
  return hash.update(asked === undefined ? '' : sorted).digest('hex');
}

/** JSON that is the same for values that mean the same. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
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
