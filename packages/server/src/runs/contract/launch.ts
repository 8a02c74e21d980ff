import type { Json, Limits, Run, RunEvent } from '@castellan/protocol';
import type { JsonText } from '@castellan/protocol/json';
import type { SourceFiles } from '@castellan/protocol/kinds';
import type { RunInput } from '@castellan/protocol/run-input';

/** What a run consists of; checked against the policy before it is queued. */
export interface RunSpec {
  /** `code` of the request, or its files by path with the one to start. */
  readonly source: string | { readonly files: SourceFiles; readonly entry: string };
  /** The run's options; see `runInputTable`. */
  readonly input: RunInput;
  /** Resolved: the policy's defaults with the request's values, within the ceilings. */
  readonly limits: Limits;
  /** The request over HTTP that it answers, by the id that the process which has it knows it by. */
  readonly exchange?: string;
}

/** One attempt of a run, as it is handed to a launcher. */
export interface QueuedRun extends RunSpec {
  readonly id: string;
  readonly tenant: string;
  /** The name of the policy; the launcher has its own copy of the config. */
  readonly policy: string;
  /** Counts from 1. An attempt that did not start user code shares its number with the next one. */
  readonly attempt: number;
  /** The `seq` of the first event of the launcher. */
  readonly firstSeq: number;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
}

/** A run that has ended. Its value may stay the text that its box wrote. */
export interface EndedRun extends Omit<Run, 'value'> {
  readonly value: Json | JsonText;
}

type RunFinished = Extract<RunEvent, { readonly type: 'run.finished' }>;

/** An event of an attempt. */
export type AttemptEvent =
  | Exclude<RunEvent, RunFinished>
  | (Omit<RunFinished, 'run'> & { readonly run: EndedRun });

/** Signals that the launcher is alive and renews the run's lease. Never stored. */
export interface Heartbeat {
  readonly type: 'heartbeat';
}

/**
 * Runs one attempt. Yields its events in order, `run.finished` last; the bytes of an artifact are
 * on disk before its event is yielded, and `run.started` is sent before the box gets the job.
 * Yields a heartbeat every 5 s while a launcher has the attempt, or while one is being started for
 * it. An abort kills the run, whose last event then says `cancelled`. Throws `LaunchError` if the
 * attempt could not be completed.
 */
export type Launch = (
  run: QueuedRun,
  signal: AbortSignal,
) => AsyncIterable<AttemptEvent | Heartbeat>;

/**
 * `lost`: the launcher died. `busy`: it accepts no runs now. `box_failed`: no box could be built.
 * `refused`: the run can never be started. If `run.started` was yielded before, user code had
 * started.
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
