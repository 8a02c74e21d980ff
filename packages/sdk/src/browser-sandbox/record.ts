import { statusOf, type Timings } from '@castellan/protocol';
import type { Ending } from './ending.ts';
import type { Journal } from './journal.ts';
import type { BrowserLimits } from './limits.ts';
import type { BrowserRun } from './run.ts';

/** When the job went to the worker, when it was compiled and when the run ended, by the page's clock. */
export type Marks = Partial<Record<'sent' | 'compiled' | 'ended', number>>;

/** What is known of a run besides its ending. */
interface Facts extends Pick<BrowserRun, 'id' | 'labels'> {
  readonly journal: Journal;
  readonly limits: BrowserLimits;
  readonly createdAt: Date;
  /** Null: no worker was ready for it. */
  readonly startedAt: Date | null;
  readonly began: number;
  readonly marks: Marks;
}

/** A run that has ended, in the shape of every run. */
export function recordOf({ reason, value, error }: Ending, facts: Facts): BrowserRun {
  const { id, journal, limits, labels, createdAt, startedAt } = facts;
  const hasStarted = startedAt !== null;
  return {
    id,
    status: statusOf(reason),
    reason,
    exitCode: null,
    attempt: 1,
    value,
    error,
    logs: journal.logs,
    truncated: { logs: journal.isCut, networkRequests: false, networkBytes: false },
    artifacts: [],
    timings: timingsOf(facts),
    usage: { ...unmeasured, outputBytes: journal.outputBytes },
    isolation: {
      driver: hasStarted ? 'frame' : null,
      engine: 'worker',
      reuse: 'never',
      layers: hasStarted ? ['origin', 'policy', 'worker'] : [],
    },
    limits,
    labels,
    policy: 'default',
    runtime: null,
    tenant: 'default',
    queue: { position: 0 },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: new Date().toISOString(),
  };
}

function timingsOf({ began, marks }: Facts): Timings {
  const { ended = performance.now() } = marks;
  const { sent = ended, compiled = ended } = marks;
  return {
    queueMs: 0,
    boxMs: rounded(sent - began),
    compileMs: rounded(compiled - sent),
    runMs: rounded(ended - compiled),
    totalMs: rounded(ended - began),
  };
}

const unmeasured = {
  cpuMs: null,
  memoryPeakBytes: null,
  networkRequests: 0,
  networkBytes: 0,
} as const;

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
}
