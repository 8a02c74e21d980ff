import type { EndedRun } from './contract/launch.ts';
import type { Dispatcher } from './execute/dispatcher.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import { unqueued } from './execute/unqueued.ts';
import { liveEvents } from './live/events.ts';
import { placementOf } from './store/needs.ts';
import { RefusedError, type Runs } from './contract/runs.ts';
import { isStorageFault } from '../storage/fault.ts';
import type { Counters } from './tally.ts';
import type { Workers } from './work/workers.ts';

export interface LiveRunsParts extends ExecuteParts {
  readonly count: Counters;
  readonly capacity: number;
  readonly queueLimit: number;
  readonly dispatch: Dispatcher;
  readonly work: Workers;
  /** Called when a run waits. */
  readonly poke: () => void;
  readonly upkeep: AsyncDisposable;
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
  /** Everything that is open; disposed of last. */
  readonly held: AsyncDisposable;
}

const storageRetryMs = 5_000;
const drainRetryMs = 2_000;

/** Assembles `Runs` from its parts. */
export function liveRuns(parts: LiveRunsParts): Runs {
  const { store, dispatch, work, count, wakes } = parts;

  /** What the disk refuses is told as a refusal. */
  const refusing = async <Result>(transition: () => Promise<Result>): Promise<Result> => {
    try {
      return await transition();
    } catch (error) {
      const refusal = isStorageFault(error)
        ? new RefusedError('storage_full', `${error.message}.`, storageRetryMs)
        : error;
      if (refusal instanceof RefusedError) count.refused[refusal.refusal]++;
      throw refusal;
    }
  };

  const submit: Runs['submit'] = (submission) =>
    refusing(async () => {
      if (dispatch.isDraining) {
        throw new RefusedError('draining', 'The server is being stopped.', drainRetryMs);
      }
      const submitting = store.submit(submission);
      parts.poke();
      const submitted = await submitting;
      if (submitted.isReplay) count.replayed++;
      else count.submitted++;
      return submitted;
    });

  const record: Runs['record'] = (call) =>
    refusing(async () => {
      const ended = unqueued(call, store.time.nowMs());
      await store.record(ended);
      parts.onEnded(ended.run);
    });

  /** Marks the run first: if this process dies before the kill, the run is not started again. */
  const cancel: Runs['cancel'] = async (tenant, id) => {
    const outcome = await store.cancel(tenant, id);
    if (outcome === undefined || outcome === 'ended') return outcome;
    if (outcome === 'running') void (dispatch.cancel(id) || work.cancel(id));
    else parts.notifyEnded(outcome);
    return 'cancelled';
  };

  const pressure: Runs['pressure'] = async () => {
    const queued = await store.waiting();
    const reason = dispatch.isDraining
      ? 'draining'
      : store.fault !== undefined
        ? 'storage_full'
        : queued >= parts.queueLimit
          ? 'queue_full'
          : null;
    const { running, free } = work.load;
    return {
      running: dispatch.running + running,
      queued,
      capacity: parts.capacity + running + free,
      reason,
    };
  };

  const readers = new AbortController();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    readers.abort();
    await dispatch.drain(0);
    await work[Symbol.asyncDispose]();
    await parts.upkeep[Symbol.asyncDispose]();
    await parts.held[Symbol.asyncDispose]();
  };

  return {
    submit,
    record,
    cancel,
    pressure,
    get: (tenant, id) => store.run(tenant, id),
    list: (query) => store.list(query),
    ended: async (tenant, id, signal) => {
      using ending = wakes.ending(id);
      const row = await store.row(tenant, id);
      if (row === undefined) return undefined;
      if (row.finished_at === null) await ending.next(signal);
      for (;;) {
        const run = await store.run(tenant, id);
        if (run === undefined || run.finishedAt !== null || signal.aborted) return run;
        await ending.next(signal);
      }
    },
    events: async (tenant, id, after, signal) =>
      (await store.row(tenant, id)) === undefined
        ? undefined
        : liveEvents({ store, wakes }, id, after, AbortSignal.any([signal, readers.signal])),
    artifact: async (tenant, id, name) => {
      if ((await store.row(tenant, id)) === undefined) return undefined;
      const artifact = await store.artifact(id, name);
      return (
        artifact && {
          artifact,
          read: () => parts.artifacts.read(id, artifact),
          urlFor: (as) => parts.artifacts.urlOf(id, artifact, as),
        }
      );
    },
    network: async (tenant, id) =>
      (await store.row(tenant, id)) === undefined ? undefined : store.network(id),
    asked: async (tenant, id) => {
      const row = await store.row(tenant, id);
      if (row === undefined) return undefined;
      const { policy, needs } = row;
      return {
        tenant: row.tenant,
        policy,
        placement: placementOf(needs),
        spec: await store.request(id),
      };
    },
    tenants: (tenant) => store.tenants(tenant),
    tally: () => ({
      ...count,
      refused: { ...count.refused },
      ended: { ...count.ended },
      staleWrites: store.staleWrites,
      commits: store.counts.done,
      storageFailures: store.counts.failed,
    }),
    copyTo: store.copyTo,
    work,
    drain: (budgetMs) => {
      work.drain();
      return dispatch.drain(budgetMs);
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}
