import type { FastifyRequest } from 'fastify';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs, Submitted } from '../../runs/contract/runs.ts';
import type { RunBody } from '../schemas/request.ts';
import { admit, type Rules } from './admit.ts';
import { refuseDenied } from './check-cache.ts';
import { claims, readIdempotencyKey } from './idempotency.ts';

interface Parts extends Rules {
  readonly runs: Runs;
  /** Null: scripts are not checked before they run. */
  readonly check: Check | null;
}

/** A run that was written down, and the claim of its idempotency key, held until the answer has ended. */
export interface Taken {
  readonly submitted: Submitted;
  readonly claimed: Disposable;
}

/** Admits what a caller asks for and writes it down. Throws a problem or `RefusedError`. */
export type Submit = (
  body: RunBody,
  request: Pick<FastifyRequest, 'caller' | 'subject' | 'headers'>,
) => Promise<Taken>;

/** All routes that start runs share one: of two requests with one idempotency key one is refused. */
export function submitter({ runs, policies, offerOf, check }: Parts): Submit {
  const claim = claims();
  const refuse = refuseDenied(check, policies);
  return async (body, { caller, subject, headers }) => {
    const key = readIdempotencyKey(headers['idempotency-key']);
    const idempotency = key === undefined ? null : { subject, key };
    const submission = admit(body, caller, { policies, offerOf }, idempotency);
    using stack = new DisposableStack();
    stack.use(claim(submission.idempotency));
    await refuse(submission, caller);
    const submitted = await runs.submit(submission);
    return { submitted, claimed: stack.move() };
  };
}
