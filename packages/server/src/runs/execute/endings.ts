import { type Reason, reasons, type Run } from '@castellan/protocol';
import type { EndedRun } from '../contract/launch.ts';
import type { ServiceTime } from '../time/clock.ts';
import { mostLogLines, type Reader } from '../record/reader.ts';
import { bareRunOf, type RunRow } from '../record/rows.ts';
import type { Fence, Ledger } from './ledger.ts';

/** Ends runs, with the result of a launcher or without one. */
export interface Ender {
  /**
   * Ends a run with a launcher's result, completed by what only the store knows. Inside a write.
   */
  withResult(row: RunRow, fence: Fence, run: EndedRun, counted: ResultCounts): EndedRun;
  /**
   * Ended by us. Inside a write; with a fence when the run is running. Returns it without lines and
   * artifacts, which lie in the store.
   */
  without(row: RunRow, reason: Reason, message: string, counted: EndCounts): EndedRun;
}

interface EndCounts {
  readonly attempt: number;
  readonly nextSeq: number;
  readonly fence?: Fence;
}

interface ResultCounts extends EndCounts {
  /** The time from being queued to the lease. */
  readonly waitedMs: number;
}

export function ender(parts: {
  readonly read: Reader;
  readonly ledger: Ledger;
  readonly time: ServiceTime;
}): Ender {
  const { read, ledger, time } = parts;
  const end = (row: RunRow, run: EndedRun, { fence, nextSeq }: EndCounts): EndedRun => {
    ledger.end(fence ?? { id: row.id }, {
      run,
      reason: run.reason,
      endedMs: time.nowMs(),
      nextSeq: nextSeq + 1,
    });
    return run;
  };
  return {
    withResult: (row, fence, run, counted) => {
      const now = read.row(null, row.id) ?? row;
      const { queueMs, totalMs } = run.timings;
      const waitedMs = Math.round(counted.waitedMs);
      const whole: EndedRun = {
        ...run,
        // Identity and ownership come from the store, whatever the launcher reports.
        id: now.id,
        tenant: now.tenant,
        policy: now.policy,
        labels: JSON.parse(now.labels) as Run['labels'],
        createdAt: now.created_at,
        startedAt: now.started_at,
        attempt: Math.max(1, counted.attempt),
        logs: run.logs.slice(0, mostLogLines),
        truncated: {
          ...run.truncated,
          logs: run.truncated.logs || run.logs.length > mostLogLines,
        },
        artifacts: read.artifacts(row.id),
        queue: { position: 0 },
        timings: {
          ...run.timings,
          queueMs: sumMs(queueMs, waitedMs),
          totalMs: sumMs(totalMs, waitedMs),
        },
        finishedAt: time.stamp(now.started_at ?? now.created_at),
      };
      return end(row, whole, { ...counted, fence });
    },
    without: (row, reason, message, counted) => {
      const found = read.row(null, row.id);
      if (found === undefined) throw new Error(`${row.id} is gone`);
      const now = bareRunOf(found);
      const waitedMs = Math.max(0, Math.round(time.nowMs() - row.queued_ms));
      const { status } = reasons[reason];
      const name = status === 'expired' ? 'TimeoutError' : 'Error';
      const nowhere = { file: null, line: null, column: null };
      const whole: EndedRun = {
        ...now,
        status,
        reason,
        attempt: Math.max(1, counted.attempt),
        value: null,
        logs: [],
        artifacts: [],
        error: { name, message, stack: `${name}: ${message}`, ...nowhere },
        queue: { position: 0 },
        timings: { ...now.timings, queueMs: waitedMs, totalMs: waitedMs },
        finishedAt: time.stamp(now.startedAt ?? row.created_at),
      };
      return end(row, whole, counted);
    },
  };
}

/** Rounded to microseconds, the precision of the clocks. */
function sumMs(a: number, b: number): number {
  return Math.round((a + b) * 1_000) / 1_000;
}
