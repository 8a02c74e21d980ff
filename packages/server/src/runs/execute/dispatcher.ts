import type { EndedRun } from '../contract/launch.ts';
import type { Leased, Taking } from '../store/store.ts';
import { type ActiveRun, type ExecuteParts, execute } from './active-run.ts';

/** Leases runs from the queue as slots become free. */
export interface Dispatcher {
  /**
   * Fills free slots. When called right after a transition was asked for, it leases in the same
   * transaction: a run that is submitted while a slot is free is leased by the commit that makes it
   * durable.
   */
  poke(): void;
  /** Kills a run that is active in this process; returns false if it is not. */
  cancel(id: string): boolean;
  /**
   * Leases no more runs; resolves when none is active. After `budgetMs`, active runs are requeued.
   * Does not wait forever for a disk that refuses writes.
   */
  drain(budgetMs: number): Promise<void>;
  /** Whether the run is active in this process. */
  holds(id: string): boolean;
  readonly running: number;
  readonly isDraining: boolean;
}

export interface DispatcherParts extends ExecuteParts {
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
  /** What the launcher has, of what runs may need; null: everything. */
  readonly has: () => readonly string[] | null;
}

/** How long it may take to kill requeued runs and to store their ends. */
const settleMs = 7_000;

/** Pause after a launcher was lost or busy, and after a disk error. */
const pauseMs = 250;

export function dispatcher(parts: DispatcherParts, capacity: number): Dispatcher {
  const { store, log } = parts;
  const running = new Map<string, ActiveRun>();
  /** Runs whose slot is free already, though nobody has been notified of their end. */
  const leaving = new Set<string>();
  /** The transaction that leases; undefined when there is none. */
  let asking: Promise<void> | undefined;
  let isAskedAgain = false;
  let isPaused = false;
  let isDraining = false;
  const idle = Promise.withResolvers<void>();

  const free = (): number => (isDraining ? 0 : capacity - running.size + leaving.size);

  const pause = (): void => {
    if (isPaused) return;
    isPaused = true;
    setTimeout(() => {
      isPaused = false;
      poke();
    }, pauseMs).unref();
  };

  const start = (leased: Leased): void => {
    const { id } = leased.row;
    const run = execute(parts, leased, () => {
      leaving.add(id);
      poke();
    });
    running.set(id, run);
    void run.done.then((wantsPause) => {
      leaving.delete(id);
      // A requeued run may have been leased again.
      if (running.get(id) === run) running.delete(id);
      if (isDraining && running.size === 0) idle.resolve();
      if (wantsPause) pause();
      poke();
    });
  };

  const ask = async (): Promise<void> => {
    let taking: Taking;
    try {
      taking = await store.take(
        () => {
          isAskedAgain = false;
          return free();
        },
        { worker: null, has: parts.has() },
      );
    } catch (error) {
      log.error({ err: error }, 'leasing failed');
      pause();
      return;
    }
    for (const run of taking.expired) parts.notifyEnded(run);
    for (const each of taking.leased) start(each);
  };

  const poke = (): void => {
    if (asking !== undefined) isAskedAgain = true;
    else if (!isPaused && free() > 0) {
      asking = ask().finally(() => {
        asking = undefined;
        if (isAskedAgain) poke();
      });
    }
  };

  return {
    poke,
    cancel: (id) => {
      const run = running.get(id);
      run?.cancel();
      return run !== undefined;
    },
    holds: (id) => running.has(id),
    drain: async (budgetMs) => {
      isDraining = true;
      // A commit in progress may still lease some.
      await asking;
      if (running.size === 0) return;
      const timer = setTimeout(() => {
        for (const run of running.values()) run.handBack();
      }, budgetMs);
      // A full disk stores no ends of runs; the next start recovers those that this process could
      // not store.
      const last = setTimeout(() => {
        log.error({ runs: running.size }, 'runs are left for the next start to recover');
        idle.resolve();
      }, budgetMs + settleMs);
      await idle.promise;
      clearTimeout(timer);
      clearTimeout(last);
    },
    get running() {
      return running.size;
    },
    get isDraining() {
      return isDraining;
    },
  };
}
