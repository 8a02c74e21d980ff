import { type Reason, reasons, type Run } from '@castellan/protocol';
import type { EndedRun } from '../contract/launch.ts';
import type { ServiceTime } from '../time/clock.ts';
import { bareRunOf, type RunRow } from './rows.ts';

/**
 * The most log lines in a `Run`; its events have all of them. A run may write half a million, and
 * reading them all would block the event loop for seconds.
 */
export const mostLogLines = 10_000;

/** What is known of a run when it ends, beyond its row. */
export interface EndCounts {
  /** Attempts in which user code started. */
  readonly attempt: number;
  /** When user code last started; null if it never did. */
  readonly startedAt: string | null;
}

/**
 * The end that a launcher reported, completed by what only the store knows. Without lines and
 * artifacts, which are stored already.
 */
export function endedWithResult(
  row: RunRow,
  run: EndedRun,
  counted: EndCounts & {
    /** The time from being queued to the lease. */
    readonly waitedMs: number;
  },
  time: ServiceTime,
): EndedRun {
  const { queueMs, totalMs } = run.timings;
  const waitedMs = Math.round(counted.waitedMs);
  const { startedAt } = counted;
  return {
    ...run,
    // Identity and ownership come from the store, whatever the launcher reports.
    id: row.id,
    tenant: row.tenant,
    policy: row.policy,
    labels: JSON.parse(row.labels) as Run['labels'],
    createdAt: row.created_at,
    startedAt,
    attempt: Math.max(1, counted.attempt),
    logs: [],
    truncated: { ...run.truncated, logs: run.truncated.logs || run.logs.length > mostLogLines },
    artifacts: [],
    queue: { position: 0 },
    timings: {
      ...run.timings,
      queueMs: sumMs(queueMs, waitedMs),
      totalMs: sumMs(totalMs, waitedMs),
    },
    finishedAt: time.stamp(startedAt ?? row.created_at),
  };
}

/** The end that we give a run, without a launcher's result. */
export function endedByUs(
  row: RunRow,
  why: { readonly reason: Reason; readonly message: string },
  { attempt, startedAt }: EndCounts,
  time: ServiceTime,
): EndedRun {
  const { reason, message } = why;
  const bare = bareRunOf(row);
  const waitedMs = Math.max(0, Math.round(time.nowMs() - row.queued_ms));
  const { status } = reasons[reason];
  const name = status === 'expired' ? 'TimeoutError' : 'Error';
  const nowhere = { file: null, line: null, column: null };
  return {
    ...bare,
    status,
    reason,
    attempt: Math.max(1, attempt),
    value: null,
    logs: [],
    artifacts: [],
    error: { name, message, stack: `${name}: ${message}`, ...nowhere },
    queue: { position: 0 },
    timings: { ...bare.timings, queueMs: waitedMs, totalMs: waitedMs },
    startedAt,
    finishedAt: time.stamp(startedAt ?? row.created_at),
  };
}

/** When user code started, by the launcher's clock; no run starts before it was created. */
export function startOf(row: RunRow, at: string): string {
  return at < row.created_at ? row.created_at : at;
}

/** Rounded to microseconds, the precision of the clocks. */
function sumMs(a: number, b: number): number {
  return Math.round((a + b) * 1_000) / 1_000;
}
