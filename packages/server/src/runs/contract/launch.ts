import type { Limits, RunEvent } from '@castellan/protocol';
import type { RunInput } from '@castellan/protocol/run-input';

/** What a run was given; checked against the policy before it is queued. */
export interface RunSpec {
  /** `code` of the request, or its files by path with the one to start. */
  readonly source:
    | string
    | { readonly files: Readonly<Record<string, string>>; readonly entry: string };
  /** What was asked of the run; see `runInputTable`. */
  readonly input: RunInput;
  /** Resolved: the policy's defaults with the request's values, below the ceilings. */
  readonly limits: Limits;
}

/** One attempt of a run, as it is handed to a launcher. */
export interface QueuedRun extends RunSpec {
  readonly id: string;
  readonly tenant: string;
  /** The name of the policy; the launcher has its own copy of the config. */
  readonly policy: string;
  /** Counts from 1; an attempt in which user code did not start has the number of the next. */
  readonly attempt: number;
  /** The `seq` of the first event that the launcher gives. */
  readonly firstSeq: number;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
}

/** Says that the launcher has been heard of, and so prolongs the run's lease. Never stored. */
export interface Heartbeat {
  readonly type: 'heartbeat';
}

/**
 * Runs one attempt. Yields its events in order, the last one `run.finished`; bytes of an artifact
 * are on the disk before its event is yielded, and `run.started` is on its way before the box gets
 * the job. Yields a heartbeat every 5 s as long as the attempt is in good hands, also while it
 * waits for a launcher to be started. An abort kills the run, whose last event then says
 * `cancelled`. Throws `LaunchError` when the attempt could not be brought to an end.
 */
export type Launch = (run: QueuedRun, signal: AbortSignal) => AsyncIterable<RunEvent | Heartbeat>;

/**
 * `lost`: the launcher died. `busy`: it takes no runs now. `box_failed`: no box could be built.
 * `refused`: the run is not one that can be started, and will not be.
 * Whether user code had started is seen by `run.started` having been yielded.
 */
export const launchFailures = ['lost', 'busy', 'box_failed', 'refused'] as const;
export type LaunchFailure = (typeof launchFailures)[number];

export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly failure: LaunchFailure;

  constructor(failure: LaunchFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
