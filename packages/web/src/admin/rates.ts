import type { Overview } from '@castellan/sdk';

/** The counters of a service at one moment of this page. */
export interface Sample {
  /** When the service was started: another start counts from nothing. */
  readonly startedAt: string;
  /** Milliseconds since this page was opened. */
  readonly at: number;
  readonly submitted: number;
  readonly ended: number;
  /** Requests that a rate limit has refused. */
  readonly limited: number;
}

const windowMs = 60_000;

export function sampleOf({ counts, problems, startedAt }: Overview, at: number): Sample {
  const ended = Object.values(counts.ended).reduce((sum, count) => sum + count, 0);
  const limited = (problems['rate_limited'] ?? 0) + (problems['shut_out'] ?? 0);
  return { startedAt, at, submitted: counts.submitted, ended, limited };
}

/** The samples of the last minute and of one service, with the new one behind them. */
export function within(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const kept = samples.filter(
    ({ at, startedAt }) => next.at - at <= windowMs && startedAt === next.startedAt,
  );
  return [...kept, next];
}
