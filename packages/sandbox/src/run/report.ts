import {
  type Artifact,
  type Isolation,
  type Run,
  statusOf,
  type Timings,
  type Usage,
} from '@castellan/protocol';
import type { Exceeded, RunEgress } from '../egress/launcher/run-egress.ts';
import type { ReadyBox } from '../pool/pool.ts';
import { rounded } from './clock.ts';
import type { Ending } from './ending.ts';
import type { Job } from './job.ts';
import type { Journal } from './journal.ts';

/** Everything about a run that has ended. */
export interface Finished {
  readonly job: Job;
  readonly ending: Ending;
  readonly journal: Journal;
  readonly artifacts: readonly Artifact[];
  readonly usage: Usage;
  /** Limits of the network that requests came up against. */
  readonly exceeded: Exceeded;
  /** Of the run's box, if it had one. */
  readonly isolation: Isolation | undefined;
  readonly timings: Timings;
  readonly startedAt: Date | null;
}

/** For a run that ended before it had a box. */
const noBox = { driver: null, reuse: 'never', layers: [] } as const;

/** What the run used, measured from outside the box. */
export function usageOf(
  ready: ReadyBox | undefined,
  journal: Journal,
  egress: RunEgress | undefined,
  browserCpuMs: number,
): Usage {
  const { cpuMs, memoryPeakBytes } = ready?.box.meter() ?? { cpuMs: 0, memoryPeakBytes: 0 };
  const { outputBytes } = journal;
  return {
    cpuMs: rounded(cpuMs),
    memoryPeakBytes,
    browserCpuMs: rounded(browserCpuMs),
    outputBytes,
    networkRequests: egress?.networkRequests ?? 0,
    networkBytes: egress?.networkBytes ?? 0,
  };
}

export function finishedRun(finished: Finished): Run {
  const { job, ending, journal, artifacts, usage, timings, startedAt } = finished;
  return {
    id: job.id,
    status: statusOf(ending.reason),
    reason: ending.reason,
    exitCode: ending.exitCode,
    attempt: job.attempt,
    value: ending.value,
    error: ending.error,
    logs: journal.logs,
    truncated: { logs: journal.logsTruncated, ...finished.exceeded },
    artifacts,
    timings,
    usage,
    isolation: finished.isolation ?? { ...noBox, engine: job.engine },
    limits: job.limits,
    policy: job.policy,
    runtime: job.runtime,
    tenant: job.tenant,
    labels: job.input.labels,
    queue: { position: 0 },
    createdAt: job.createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: new Date().toISOString(),
  };
}
