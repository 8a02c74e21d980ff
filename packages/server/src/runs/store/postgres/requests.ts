// What the functions of run-functions.ts read and answer, as JSON.
import type { RunSpec } from '../../contract/launch.ts';
import type { Submission } from '../../contract/runs.ts';
import { factsOf, type RunRow, valueOf } from '../../record/rows.ts';
import { type Batch, type Ending, type Fence, type Leased, rememberMs } from '../store.ts';
import type { StoreRefusal } from '../submissions.ts';
import type { Answer, Request } from './groups.ts';
import { plain } from './plain.ts';

/** What became of a submission. */
export interface Said {
  readonly refused?: StoreRefusal;
  readonly replay?: string;
  readonly position?: number;
}

/** The fence alone, of whatever has one. */
export const fenceOf = ({ id, lease }: Fence): Fence => ({ id, lease });

/** The end of a run, without the slot that it frees. */
export function closing(fence: Fence, { run, endedMs, nextSeq }: Omit<Ending, 'freed'>) {
  const { status, reason, attempt, finishedAt } = run;
  const facts = JSON.stringify(factsOf(run));
  const value = valueOf(run);
  return { ...fenceOf(fence), status, reason, attempt, facts, value, finishedAt, endedMs, nextSeq };
}

export function appendOf(
  fence: Fence,
  { chunks, changes, ending }: Batch,
  endOf: (fence: Fence, ending: Ending) => Request,
): Request {
  const started = changes.findLast((change) => change.type === 'started');
  return {
    do: 'append',
    ...fenceOf(fence),
    lastSeq: chunks.at(-1)?.lastSeq ?? null,
    bytes: chunks.reduce((sum, { body }) => sum + body.length, 0),
    startedAt: started?.at ?? null,
    chunks,
    network: changes.filter((change) => change.type === 'network'),
    artifacts: changes
      .filter((change) => change.type === 'artifact')
      .map(({ artifact }) => ({ ...artifact, name: plain(artifact.name) })),
    ending: ending === undefined ? null : endOf(fence, ending),
  };
}

export function submitOf(
  submission: Submission,
  known: {
    readonly id: string;
    readonly facts: string;
    readonly createdAt: string;
    readonly nowMs: number;
    readonly queueLimit: number;
    readonly guessMs: number;
  },
): Request {
  const { source, input, limits, tenant, policy, idempotency, exchange } = submission;
  const { ttlMs, priority, maxAttempts, caps } = submission;
  const request: RunSpec = { source, input, limits, ...(exchange && { exchange }) };
  const labelled = Object.entries(input.labels).map(([name, value]) => [plain(name), plain(value)]);
  return {
    do: 'submit',
    ...known,
    tenant,
    policy,
    maxAttempts,
    lane: -priority,
    labels: JSON.stringify(input.labels),
    labelled: Object.fromEntries(labelled) as Record<string, string>,
    request: JSON.stringify(request),
    idempotency: idempotency && {
      scope: plain(idempotency.scope),
      key: plain(idempotency.key),
      payload: idempotency.payload,
    },
    rememberMs,
    expiresMs: known.nowMs + ttlMs,
    runningCap: caps.running,
    queuedCap: caps.queued,
  };
}

/** A run that was taken, with its request. */
export function leasedOf({ answer, body }: Answer): Leased {
  const { charged_ms: chargedMs, ...row } = answer as RunRow & { charged_ms: number };
  return {
    row: rowOf(row),
    request: JSON.parse(body ?? 'null') as RunSpec,
    slot: { tenant: row.tenant, chargedMs },
  };
}

/** A row that came without what is large. */
export function rowOf(answer: unknown): RunRow {
  return { ...(answer as RunRow), value: null };
}
