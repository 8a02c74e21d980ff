import type { Run } from '@castellan/protocol';
import { type Refusal, RefusedError, type Submission, type Submitted } from '../contract/runs.ts';
import type { Facts } from '../record/rows.ts';

/** What a store gives a run that it accepts. */
export interface Accepted {
  readonly id: string;
  readonly facts: Facts;
  readonly createdAt: string;
  readonly queue: Run['queue'];
}

/** The answer to a submission that was accepted: the run as it waits. */
export function acceptedRun(
  { policy, tenant, input }: Submission,
  { id, facts, createdAt, queue }: Accepted,
): Submitted {
  const run: Run = {
    id,
    status: 'queued',
    reason: null,
    attempt: 1,
    value: null,
    logs: [],
    artifacts: [],
    ...facts,
    policy,
    tenant,
    labels: input.labels,
    createdAt,
    queue,
    startedAt: null,
    finishedAt: null,
  };
  const { status, finishedAt } = run;
  return { run: { id, status, finishedAt, json: JSON.stringify(run) }, isReplay: false };
}

/** Why a store refuses a submission. */
export type StoreRefusal = Exclude<Refusal, 'draining' | 'storage_full'>;

/** `retryMs` is how long a place is likely to take; null if nobody knows. */
export function refusal(
  why: StoreRefusal,
  { caps }: Submission,
  queueLimit: number,
  retryMs: number | null,
): RefusedError {
  switch (why) {
    case 'idempotency_mismatch':
      return new RefusedError(why, 'The Idempotency-Key was used for another request.');
    case 'queue_full':
      return new RefusedError(why, `${queueLimit} runs wait already.`, retryMs ?? undefined);
    case 'tenant_quota': {
      const detail = `${caps.queued} runs of the tenant wait already.`;
      return new RefusedError(why, detail, retryMs ?? undefined);
    }
  }
}
