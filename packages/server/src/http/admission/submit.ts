import type { FastifyRequest } from 'fastify';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs, Submission, Submitted } from '../../runs/contract/runs.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { WebhookStore } from '../../webhooks/store.ts';
import type { RunBody } from '../schemas/request.ts';
import { admit, type Rules } from './admit.ts';
import { refuseDenied } from './check-cache.ts';
import { claims, readIdempotencyKey } from './idempotency.ts';
import { refuseOwnLabels } from './own-labels.ts';
import { admitSecrets } from './secrets.ts';
import { admitWebhook } from './webhook.ts';

interface Parts extends Rules {
  /** Null: scripts are not checked before they run. */
  readonly check: Check | null;
  readonly secrets: Pick<SecretStore, 'find'>;
  readonly webhooks: Pick<WebhookStore, 'expect' | 'refuseMore'>;
  /** The policy by which webhooks are sent; null: none are. */
  readonly webhookPolicy: string | null;
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
  /** See `RunSpec`. */
  readonly program?: string;
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

/** What a caller asks for, as the policy allows it. */
interface Admitted {
  readonly submission: Submission;
  /** Who is to be told of its end; null: nobody. */
  readonly webhook: string | null;
  /** Of its idempotency key. */
  readonly claimed: DisposableStack;
}

/** Admits what a caller asks for. Throws a problem. */
export type Admit = (...asked: Parameters<Submit>) => Promise<Admitted>;

/** All routes that start scripts share one: of two requests with one idempotency key one is refused. */
export function admitter(parts: Parts): Admit {
  const { policies, offerOf, check, secrets, webhookPolicy } = parts;
  const claim = claims();
  const refuse = refuseDenied(check, policies);
  return async (asked, { caller, subject, headers }, marks) => {
    const key = readIdempotencyKey(headers['idempotency-key']);
    refuseOwnLabels(asked.labels);
    const idempotency = key === undefined ? null : { subject, key, asked: marks?.asked ?? asked };
    const body = marks === undefined ? asked : withLabels(asked, marks);
    const webhook = admitWebhook(body.webhook, policies.get(webhookPolicy ?? '') ?? null);
    const admitted = admit(body, caller, { policies, offerOf }, idempotency);
    const functionName = marks?.labels['castellan/function'] ?? null;
    const open = await admitSecrets(admitted, functionName, caller, { secrets, policies });
    const { exchange } = marks ?? {};
    const submission = exchange === undefined ? open : { ...open, exchange };
    using stack = new DisposableStack();
    stack.use(claim(submission.idempotency));
    await refuse(submission, caller);
    const program = marks?.program;
    const whole = program === undefined ? submission : { ...submission, program };
    return { submission: whole, webhook, claimed: stack.move() };
  };
}

export function submitter(
  admitted: Admit,
  { runs, webhooks }: Pick<Parts, 'webhooks'> & { readonly runs: Runs },
): Submit {
  return async (...asked) => {
    const { submission, webhook, claimed } = await admitted(...asked);
    using stack = claimed;
    if (webhook !== null) await webhooks.refuseMore(submission.tenant);
    const submitted = await runs.submit(submission);
    // Whoever has an answer has its webhook; whoever has none asks again.
    if (webhook !== null) await webhooks.expect(submission.tenant, submitted.run.id, webhook);
    return { submitted, claimed: stack.move() };
  };
}

function withLabels(body: RunBody, { labels }: Marks): RunBody {
  return { ...body, labels: { ...body.labels, ...labels } };
}
