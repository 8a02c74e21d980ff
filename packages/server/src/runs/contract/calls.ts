import type { CallRecord } from '@castellan/protocol';
import type { EndedRun } from './launch.ts';
import type { EndedCall, Submission } from './runs.ts';

/** A call of a function that is not written down before it begins. */
export interface AskedCall {
  readonly submission: Submission;
  readonly record: Exclude<CallRecord, 'all'>;
  /** How long it may wait for a place. */
  readonly waitMs: number;
  /** Aborts when nobody waits for the answer any more: the call is ended then. */
  readonly signal: AbortSignal;
}

/** All that there is of a call that has ended. */
export interface AnsweredCall {
  readonly run: EndedRun;
  readonly events: EndedCall['events'];
  /** By the ids of the artifacts. */
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
  /** Whether it was written down afterwards. */
  readonly isRecorded: boolean;
}

/** Calls that take no row of the queue. */
export interface Calls {
  /** Runs a script that was admitted. A script that fails is an answer. Throws `CallError`. */
  call(asked: AskedCall): Promise<AnsweredCall>;
  /** Those under way, and those that wait for a place. */
  readonly standing: { readonly running: number; readonly waiting: number };
  /** How calls ended: by status, or by the failure for which there was no answer. */
  readonly ended: Readonly<Record<string, number>>;
  /** Takes no more calls; resolves when none is under way, at the latest after `budgetMs`. */
  drain(budgetMs: number): Promise<void>;
}

/**
 * `tenant_busy`: the tenant has as many calls under way, or waiting, as it may. `overloaded`: no place was
 * free in time. `draining`: no more calls are taken. `lost`: the launcher was lost, or made no box.
 */
export type CallFailure = 'tenant_busy' | 'overloaded' | 'draining' | 'lost';

/** Why a call has no answer. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: CallFailure;
  /** Whether the script had begun. */
  readonly hasStarted: boolean;
  readonly retryAfterMs: number;

  constructor(
    failure: CallFailure,
    message: string,
    {
      hasStarted = false,
      retryAfterMs = 1_000,
    }: Partial<Pick<CallError, 'hasStarted' | 'retryAfterMs'>> = {},
  ) {
    super(message);
    this.failure = failure;
    this.hasStarted = hasStarted;
    this.retryAfterMs = retryAfterMs;
  }
}
