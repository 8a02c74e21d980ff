import { newId } from '@castellan/protocol';
import {
  type AnsweredCall,
  type AskedCall,
  CallError,
  type Calls,
} from '../runs/contract/calls.ts';
import { type Launch, type QueuedRun, specOf } from '../runs/contract/launch.ts';
import type { Log } from '../runs/contract/log.ts';
import type { EndedCall } from '../runs/contract/runs.ts';
import { made } from './made.ts';
import { Places } from './places.ts';

export interface CallsOptions {
  readonly launch: Launch;
  /** Calls at a time, of all tenants together. */
  readonly capacity: number;
  /** Writes down a call that has ended. */
  readonly record: (call: EndedCall) => Promise<void>;
  readonly log: Log;
  /** Called for each call that has an answer and was not written down. */
  readonly onEnded?: (run: AnsweredCall['run']) => void;
}

/** Of so many calls that are not written down, one has a line in the log. */
const sampledEach = 100;

const drainRetryMs = 2_000;

const stopped = (hasStarted: boolean): CallError => {
  const text = `The server was stopped before the call had ended. The script had ${hasStarted ? '' : 'not '}started.`;
  return new CallError('draining', text, { hasStarted, retryAfterMs: drainRetryMs });
};

/** Calls of functions that take no row of the queue: a place, a box, an answer. */
export function openCalls(options: CallsOptions): Calls {
  const { launch, record, log, onEnded } = options;
  const places = new Places(options.capacity);
  const ended: Record<string, number> = {};
  const stopping = new AbortController();
  const draining = Promise.withResolvers<void>();
  let isDraining = false;
  let underWay = 0;
  let answered = 0;

  const settle = (): void => {
    if (isDraining && underWay === 0) draining.resolve();
  };
  const refuseWhenDraining = (): void => {
    if (!isDraining) return;
    const text = 'The server is being stopped.';
    throw new CallError('draining', text, { retryAfterMs: drainRetryMs });
  };

  const answer = async (asked: AskedCall): Promise<AnsweredCall> => {
    const { submission, waitMs } = asked;
    const { tenant, caps, policy } = submission;
    const share = { running: caps.running, waiting: caps.queued, waitMs };
    const from = performance.now();
    const signal = AbortSignal.any([asked.signal, stopping.signal]);
    using _ = await places.take(tenant, share, signal);
    const job: QueuedRun = {
      ...specOf(submission),
      id: newId('run'),
      tenant,
      policy,
      attempt: 1,
      // The first is that of a run that waits, as for all others.
      firstSeq: 2,
      createdAt: new Date(Date.now() - (performance.now() - from)).toISOString(),
      isUnrecorded: true,
    };
    const waitedMs = performance.now() - from;
    const { run, events, artifacts, fault } = await made(launch, job, submission, waitedMs, signal);
    const wantsRecord = asked.record === 'failures' && run.status !== 'succeeded';
    const isRecorded = wantsRecord && (await tryToRecord({ submission, run, events }));
    if (fault !== null) throw isRecorded ? withRecord(fault, run.id) : fault;
    if (stopping.signal.aborted && run.status === 'cancelled') throw stopped(true);
    return { run, events, artifacts, isRecorded };
  };

  const withRecord = ({ failure, message, hasStarted }: CallError, id: string): CallError =>
    new CallError(failure, `${message} It is recorded as ${id}.`, { hasStarted });

  const tryToRecord = async (call: EndedCall): Promise<boolean> => {
    try {
      await record(call);
      return true;
    } catch (error) {
      log.error({ runId: call.run.id, err: error }, 'a call that failed could not be recorded');
      return false;
    }
  };

  const count = (key: string): void => void (ended[key] = (ended[key] ?? 0) + 1);

  const sample = ({ run, isRecorded }: AnsweredCall): void => {
    count(run.reason === null ? run.status : `${run.status}/${run.reason}`);
    if (isRecorded) return;
    onEnded?.(run);
    if (answered++ % sampledEach !== 0) return;
    const { id: runId, tenant, policy, status, reason, timings, labels } = run;
    const facts = { runId, tenant, policy, status, reason, timings, sampledEach };
    log.info({ ...facts, function: labels['castellan/function'] }, 'call ended');
  };

  return {
    ended,
    get standing() {
      return { running: places.taken, waiting: places.waiting };
    },
    call: async (asked) => {
      refuseWhenDraining();
      underWay++;
      try {
        const call = await answer(asked);
        sample(call);
        return call;
      } catch (error) {
        count(error instanceof CallError ? error.failure : 'abandoned');
        throw error;
      } finally {
        underWay--;
        settle();
      }
    },
    drain: async (budgetMs) => {
      isDraining = true;
      settle();
      const timer = setTimeout(() => stopping.abort(stopped(false)), budgetMs);
      await draining.promise;
      clearTimeout(timer);
    },
  };
}
