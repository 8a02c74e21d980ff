import type { Reason } from '@castellan/protocol';
import type { EndedRun, LaunchFailure } from '../contract/launch.ts';

/** Counters of a run, before the attempt that has just ended. */
export interface Counted {
  /** Attempts in which user code started, this one included if it did. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Launchers that died while they had the run. */
  readonly deaths: number;
  /** Consecutive failures to build a box. */
  readonly failedBoxes: number;
  /** Whether user code started in the attempt, or may have. */
  readonly isStarted: boolean;
  readonly isCancelled: boolean;
  /** Whether whoever has the run may try it again itself; else another does. */
  readonly maySoon: boolean;
}

/** How an attempt ended; `handed_back`: it was stopped by a drain. */
export type AttemptEnd =
  | { readonly kind: 'finished'; readonly run: EndedRun }
  | { readonly kind: LaunchFailure | 'handed_back'; readonly message: string };

/** What happens to the run next. */
export type Verdict =
  | { readonly next: 'record'; readonly run: EndedRun }
  | { readonly next: 'end'; readonly reason: Reason; readonly message: string }
  | { readonly next: 'requeue'; readonly deaths: number }
  | { readonly next: 'try_again'; readonly failedBoxes: number; readonly pauseMs: number };

const mostDeaths = 2;
const mostFailedBoxes = 5;
const firstPauseMs = 100;

/**
 * Decides what follows an attempt. User code is started at most `maxAttempts` times; failures
 * before it started do not count; two lost launchers end the run in any case.
 */
export function verdict(counted: Counted, end: AttemptEnd): Verdict {
  const { attempt, maxAttempts, isStarted, isCancelled } = counted;
  const isOurs = end.kind !== 'finished' || end.run.status === 'error';
  if (end.kind === 'finished' && (!isOurs || isStarted)) return { next: 'record', run: end.run };
  if (isCancelled) {
    return { next: 'end', reason: 'cancelled', message: 'The run was cancelled' };
  }
  const mayStartAgain = !isStarted || attempt < maxAttempts;
  switch (end.kind) {
    case 'busy':
      return { next: 'requeue', deaths: counted.deaths };
    case 'handed_back':
      return mayStartAgain ? { next: 'requeue', deaths: counted.deaths } : lost(end.message);
    case 'lost': {
      const deaths = counted.deaths + 1;
      return mayStartAgain && deaths < mostDeaths ? { next: 'requeue', deaths } : lost(end.message);
    }
    case 'refused':
      return { next: 'end', reason: 'box_failed', message: end.message };
    default: {
      const deaths = counted.deaths + 1;
      if (!counted.maySoon && mayStartAgain && deaths < mostDeaths) {
        return { next: 'requeue', deaths };
      }
      const failedBoxes = counted.failedBoxes + 1;
      const pauseMs = firstPauseMs * 2 ** counted.failedBoxes;
      if (counted.maySoon && mayStartAgain && failedBoxes < mostFailedBoxes) {
        return { next: 'try_again', failedBoxes, pauseMs };
      }
      if (end.kind === 'finished') return { next: 'record', run: end.run };
      return { next: 'end', reason: 'box_failed', message: end.message };
    }
  }
}

function lost(message: string): Verdict {
  return { next: 'end', reason: 'worker_lost', message };
}
