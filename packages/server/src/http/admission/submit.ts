import type { FastifyRequest } from 'fastify';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs, Submitted } from '../../runs/contract/runs.ts';
import type { RunBody } from '../schemas/request.ts';
import { admit, type Rules } from './admit.ts';
import { refuseDenied } from './check-cache.ts';
import { claims, readIdempotencyKey } from './idempotency.ts';
import { refuseOwnLabels } from './own-labels.ts';

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

/** What a route adds to what a caller asks for. */
export interface Marks {
  /** The service's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The request over HTTP that the run answers; see `Exchanges`. */
  readonly exchange?: string;
  /** What a repeated request has to be equal to, where that is not the body of the run. */
  readonly asked?: { readonly params?: unknown };
}

/** Admits what a caller asks for and writes it down. Throws a problem or `RefusedError`. */
export type Submit = (
  body: RunBody,
  request: Pick<FastifyRequest, 'caller' | 'subject' | 'headers'>,
  marks?: Marks,
) => Promise<Taken>;

/** All routes that start runs share one: of two requests with one idempotency key one is refused. */
export function submitter({ runs, policies, offerOf, check }: Parts): Submit {
  const claim = claims();
  const refuse = refuseDenied(check, policies);
  return async (asked, { caller, subject, headers }, marks) => {
    const key = readIdempotencyKey(headers['idempotency-key']);
    refuseOwnLabels(asked.labels);
    const idempotency = key === undefined ? null : { subject, key, asked: marks?.asked ?? asked };
    const body = marks === undefined ? asked : withLabels(asked, marks);
    const admitted = admit(body, caller, { policies, offerOf }, idempotency);
    const { exchange } = marks ?? {};
    const submission = exchange === undefined ? admitted : { ...admitted, exchange };
    using stack = new DisposableStack();
    stack.use(claim(submission.idempotency));
    await refuse(submission, caller);
    const submitted = await runs.submit(submission);
    return { submitted, claimed: stack.move() };
  };
}

function withLabels(body: RunBody, { labels }: Marks): RunBody {
  return { ...body, labels: { ...body.labels, ...labels } };
}
