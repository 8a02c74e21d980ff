import type { Json, Limits, Run, RunEvent } from '@castellan/protocol';
import type { JsonText } from '@castellan/protocol/json';
import type { RunSecret, SourceFiles } from '@castellan/protocol/kinds';
import type { RunInput } from '@castellan/protocol/run-input';

/** What a run consists of; checked against the policy before it is queued. */
export interface RunSpec {
  /** `code` of the request, or its files by path with the one to start. */
  readonly source: string | { readonly files: SourceFiles; readonly entry: string };
  /** The run's options; see `runInputTable`. */
  readonly input: RunInput;
  /** Resolved: the policy's defaults with the request's values, within the ceilings. */
  readonly limits: Limits;
  /**
   * What the source is a version of, of a call of a function: the hash of what was deployed. Where the policy has
   * reuse `context`, calls of one tenant with the same text share an isolate.
   */
  readonly program?: string;
  /** Names of the tenant's secrets that it has; their values are never stored with it. */
  readonly secrets?: readonly string[];
  /** The request over HTTP that it answers, by the id that the process which has it knows it by. */
  readonly exchange?: string;
}

/** The parts of whatever holds them that are a spec: of its secrets, their names. */
export function specOf({ source, input, limits, program, secrets, exchange }: RunSpec): RunSpec {
  return {
    source,
    input,
    limits,
    ...(program === undefined ? {} : { program }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(exchange === undefined ? {} : { exchange }),
  };
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
  /** Nothing of it is written down: the bytes of its artifacts come with their events. */
  readonly isUnrecorded?: boolean;
  /** What its secrets are, by name: read for each attempt, on the way to the launcher. */
  readonly secretValues?: Readonly<Record<string, RunSecret>>;
}

/** A run that has ended. Its value may stay the text that its box wrote. */
export interface EndedRun extends Omit<Run, 'value'> {
  readonly value: Json | JsonText;
}

type RunFinished = Extract<RunEvent, { readonly type: 'run.finished' }>;

type ArtifactWritten = Extract<RunEvent, { readonly type: 'artifact' }>;

/** An event of an attempt. */
export type AttemptEvent =
  | Exclude<RunEvent, RunFinished | ArtifactWritten>
  /** `bytes` are those of the artifact, where nothing keeps it. */
  | (ArtifactWritten & { readonly bytes?: Uint8Array })
  | (Omit<RunFinished, 'run'> & { readonly run: EndedRun });

/** Signals that the launcher is alive and renews the run's lease. Never stored. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  /** Called when all events before it are stored. */
  readonly onStored?: () => void;
}

/**
 * Runs one attempt. Yields its events in order, `run.finished` last; the bytes of an artifact are
 * on disk before its event is yielded, and `run.started` is sent before the box gets the job.
 * Yields a heartbeat every 5 s while a launcher has the attempt, or while one is being started for
 * it. An abort kills the run, whose last event then says `cancelled`. Throws `LaunchError` if the
 * attempt could not be completed. `lease` is the fencing token of the attempt, for launchers that
 * outlive this process.
 */
export type Launch = (
  run: QueuedRun,
  signal: AbortSignal,
  lease: number,
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
  /** `elsewhere`: the attempt goes on, but not under this process's eyes. */
  readonly failure: LaunchFailure | 'elsewhere';

  constructor(failure: LaunchFailure | 'elsewhere', message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
