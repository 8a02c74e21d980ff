import type { Limits, Reason, Run, RunStatus } from '@castellan/protocol';
import { JsonText } from '@castellan/protocol/json';
import type { EndedRun } from '../contract/launch.ts';
import type { StoredRun, Submission } from '../contract/runs.ts';

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
  /** In whose hands it is, or was last; null: in those of the process that has the file. */
  readonly node: string | null;
  /** What its tenant was charged for its slot in advance. */
  readonly charged_ms: number;
  /** Service time at which it was taken from the queue. */
  readonly taken_ms: number | null;
  /** A JSON list of words; see store/needs.ts. */
  readonly needs: string;
  readonly value: string | null;
}

/** All columns but the value, which may be large and is read only where it is shown. */
export const columnsWithoutValue =
  'runs.id, runs.tenant, policy, status, reason, attempt, deaths, max_attempts, lane, lease, ' +
  'is_started, is_cancelled, position, next_seq, attempt_seq, queued_ms, ended_ms, created_at, ' +
  'started_at, finished_at, labels, facts, node, charged_ms, taken_ms, needs, NULL AS value';

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
    truncated: { logs: false, networkRequests: false, networkBytes: false },
    timings: { queueMs: 0, boxMs: 0, compileMs: 0, runMs: 0, totalMs: 0 },
    usage: {
      cpuMs: 0,
      memoryPeakBytes: 0,
      browserCpuMs: 0,
      outputBytes: 0,
      networkRequests: 0,
      networkBytes: 0,
    },
    isolation: { driver: null, engine, reuse, layers: [] },
    limits,
    runtime,
  };
}

export function factsOf(run: EndedRun): Facts {
  const { exitCode, error, truncated, timings, usage, isolation, limits, runtime } = run;
  return { exitCode, error, truncated, timings, usage, isolation, limits, runtime };
}

/** The value of a run as it is stored; null for null. */
export function valueOf({ value }: EndedRun): string | null {
  if (value === null) return null;
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}

/** The parts of a `Run` that are not in its row. */
export interface Parts {
  /** A list of `LogLine`. */
  readonly logs: JsonText;
  /** There are more lines than `logs` has. */
  readonly hasMoreLogs: boolean;
  /** A list of `Artifact`. */
  readonly artifacts: JsonText;
  readonly queue: Run['queue'];
}

/** Empty lists, for a run that shows neither lines nor artifacts. */
export const noParts = { logs: new JsonText('[]'), artifacts: new JsonText('[]') } as const;

/** A run without what is large: its value, lines and artifacts. */
export type BareRun = Omit<Run, 'value' | 'logs' | 'artifacts' | 'queue'>;

/** What is known of a run in its row. */
export function bareRunOf(row: RunRow): BareRun {
  const facts = JSON.parse(row.facts) as Facts;
  const labels = JSON.parse(row.labels) as Run['labels'];
  return { ...ownFields(row), ...facts, labels };
}

/** The run as it is sent: all that was stored as JSON is put in as it is. */
export function storedRunOf(row: RunRow, parts: Parts): StoredRun {
  const { logs, hasMoreLogs, artifacts, queue } = parts;
  const own = JSON.stringify(ownFields(row)).slice(1, -1);
  const facts = hasMoreLogs ? JSON.stringify(cutLogs(row)) : row.facts;
  const large = `"value":${row.value ?? 'null'},"logs":${logs.text},"artifacts":${artifacts.text}`;
  const small = `"labels":${row.labels},"queue":${JSON.stringify(queue)}`;
  const json = `{${own},${large},${facts.slice(1, -1)},${small}}`;
  return { id: row.id, status: row.status, finishedAt: row.finished_at, json };
}

function cutLogs(row: RunRow): Facts {
  const facts = JSON.parse(row.facts) as Facts;
  return { ...facts, truncated: { ...facts.truncated, logs: true } };
}

function ownFields(row: RunRow) {
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    attempt: Math.max(1, row.attempt),
    policy: row.policy,
    tenant: row.tenant,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** The run as it was when it was queued, whatever has become of it. */
export function queuedRunOf(row: RunRow): StoredRun {
  const { limits, runtime, isolation } = JSON.parse(row.facts) as Facts;
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
  return storedRunOf(asQueued, { ...noParts, hasMoreLogs: false, queue });
}
