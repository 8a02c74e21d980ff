import type { EndedRun } from './contract/launch.ts';
import type { Dispatcher } from './execute/dispatcher.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import { liveEvents } from './live/events.ts';
import { RefusedError, type Runs, type Submission, type Submitted } from './contract/runs.ts';
import { isStorageFault } from './store/faults.ts';
import type { Counters } from './tally.ts';

export interface LiveRunsParts extends ExecuteParts {
  readonly count: Counters;
  readonly capacity: number;
  readonly queueLimit: number;
  readonly dispatch: Dispatcher;
  /** Must be called inside a write. */
  readonly submit: (submission: Submission) => Submitted;
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
  const { commits, read, queue, dispatch, count, wakes, ender } = parts;

  const submit: Runs['submit'] = async (submission) => {
    try {
      if (dispatch.isDraining) {
        throw new RefusedError('draining', 'The server is being stopped.', drainRetryMs);
      }
      const submitted = await commits.write(() => {
        const taken = parts.submit(submission);
        dispatch.poke();
        return taken;
      });
      if (submitted.isReplay) count.replayed++;
      else count.submitted++;
      return submitted;
    } catch (error) {
      const refusal = isStorageFault(error)
        ? new RefusedError('storage_full', 'The disk takes no more.', storageRetryMs)
        : error;
      if (refusal instanceof RefusedError) count.refused[refusal.refusal]++;
      throw refusal;
    }
  };

  /** Marks the run first: if this process dies before the kill, the run is not started again. */
  const cancel: Runs['cancel'] = async (tenant, id) => {
    if (read.row(tenant, id) === undefined) return undefined;
    const outcome = await commits.write(() => {
      const row = read.row(tenant, id);
      if (row === undefined || row.finished_at !== null) return 'ended';
      parts.ledger.cancel(id);
      if (row.status === 'running') return 'running';
      queue.remove(id);
      const counted = { attempt: row.attempt, nextSeq: row.next_seq };
      return ender.without(row, 'cancelled', 'The run was cancelled', counted);
    });
    if (outcome === 'ended') return 'ended';
    if (outcome === 'running') dispatch.cancel(id);
    else parts.notifyEnded(outcome);
    return 'cancelled';
  };

  const pressure: Runs['pressure'] = () => {
    const queued = queue.waiting();
    const reason = dispatch.isDraining
      ? 'draining'
      : commits.fault !== undefined
        ? 'storage_full'
        : queued >= parts.queueLimit
          ? 'queue_full'
          : null;
    return { running: dispatch.running, queued, capacity: parts.capacity, reason };
  };

  const readers = new AbortController();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    readers.abort();
    await dispatch.drain(0);
    await parts.upkeep[Symbol.asyncDispose]();
    await parts.held[Symbol.asyncDispose]();
  };

  return {
    submit,
    cancel,
    pressure,
    get: (tenant, id) => read.run(tenant, id),
    list: (query) => read.list(query),
    ended: async (tenant, id, signal) => {
      const row = read.row(tenant, id);
      if (row === undefined) return undefined;
      if (row.finished_at !== null) return read.run(tenant, id);
      await wakes.ending(id, signal);
      return read.run(tenant, id);
    },
    events: (tenant, id, after, signal) =>
      read.row(tenant, id) === undefined
        ? undefined
        : liveEvents({ read, wakes }, id, after, AbortSignal.any([signal, readers.signal])),
    artifact: (tenant, id, name) => {
      const artifact = read.row(tenant, id) === undefined ? undefined : read.artifact(id, name);
      return artifact && { artifact, path: parts.folder.pathOf(id, artifact.id) };
    },
    network: (tenant, id) => (read.row(tenant, id) === undefined ? undefined : read.network(id)),
    tally: () => ({
      ...count,
      refused: { ...count.refused },
      ended: { ...count.ended },
      staleWrites: parts.ledger.staleWrites,
      commits: commits.counts.done,
      storageFailures: commits.counts.failed,
    }),
    drain: (budgetMs) => dispatch.drain(budgetMs),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}
