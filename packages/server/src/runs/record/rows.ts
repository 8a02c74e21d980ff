import type { Artifact, Json, Limits, LogLine, Reason, Run, RunStatus } from '@castellan/protocol';
import type { Submission } from '../contract/runs.ts';

/** A row of `runs`; store/migrations.ts describes the columns. */
export interface RunRow {
  readonly id: string;
  readonly tenant: string;
  readonly policy: string;
  readonly status: RunStatus;
  readonly reason: Reason | null;
  readonly attempt: number;
  readonly deaths: number;
  readonly max_attempts: number;
  readonly lane: number;
  readonly lease: number;
  readonly is_started: number;
  readonly is_cancelled: number;
  readonly position: number;
  readonly next_seq: number;
  readonly attempt_seq: number;
  readonly queued_ms: number;
  readonly ended_ms: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly labels: string;
  readonly facts: string;
  readonly value: string | null;
}

/** All columns but the value, which may be large and is read only where it is shown. */
export const columnsWithoutValue =
  'runs.id, runs.tenant, policy, status, reason, attempt, deaths, max_attempts, lane, lease, ' +
  'is_started, is_cancelled, position, next_seq, attempt_seq, queued_ms, ended_ms, created_at, ' +
  'started_at, finished_at, labels, facts, NULL AS value';

/** The parts of a `Run` without a column of their own: no query searches by them. */
export type Facts = Pick<
  Run,
  'exitCode' | 'error' | 'truncated' | 'timings' | 'usage' | 'isolation' | 'limits' | 'runtime'
>;

/** The facts of a run before it has a box. */
export function firstFacts(
  limits: Limits,
  { engine, reuse, runtime }: Pick<Submission, 'engine' | 'reuse' | 'runtime'>,
): Facts {
  return {
    exitCode: null,
    error: null,
    truncated: { logs: false },
    timings: { queueMs: 0, boxMs: 0, compileMs: 0, runMs: 0, totalMs: 0 },
    usage: { cpuMs: 0, memoryPeakBytes: 0, outputBytes: 0, networkRequests: 0, networkBytes: 0 },
    isolation: { driver: null, engine, reuse, layers: [] },
    limits,
    runtime,
  };
}

export function factsOf(run: Run): Facts {
  const { exitCode, error, truncated, timings, usage, isolation, limits, runtime } = run;
  return { exitCode, error, truncated, timings, usage, isolation, limits, runtime };
}

/** The parts of a `Run` that are not in its row. */
export interface Parts {
  readonly logs: readonly LogLine[];
  /** Whether the run has more lines than `logs`. */
  readonly hasMoreLogs: boolean;
  readonly artifacts: readonly Artifact[];
  readonly queue: Run['queue'];
}

export function runOf(row: RunRow, { logs, hasMoreLogs, artifacts, queue }: Parts): Run {
  const { exitCode, error, truncated, ...facts } = JSON.parse(row.facts) as Facts;
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    exitCode,
    attempt: Math.max(1, row.attempt),
    value: row.value === null ? null : (JSON.parse(row.value) as Json),
    error,
    logs,
    truncated: { logs: truncated.logs || hasMoreLogs },
    artifacts,
    ...facts,
    policy: row.policy,
    tenant: row.tenant,
    labels: JSON.parse(row.labels) as Run['labels'],
    queue,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** The run as it was when it was queued, whatever its state now. */
export function queuedRunOf(row: RunRow): Run {
  const facts = JSON.parse(row.facts) as Facts;
  const { limits, runtime, isolation } = facts;
  const asQueued: RunRow = {
    ...row,
    status: 'queued',
    reason: null,
    attempt: 0,
    started_at: null,
    finished_at: null,
    facts: JSON.stringify(firstFacts(limits, { ...isolation, runtime })),
    value: null,
  };
  const queue = { position: row.position };
  return runOf(asQueued, { logs: [], hasMoreLogs: false, artifacts: [], queue });
}
