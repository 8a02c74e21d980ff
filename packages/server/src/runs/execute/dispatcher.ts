import type { DatabaseSync } from 'node:sqlite';
import type { EndedRun } from '../contract/launch.ts';
import { type ActiveRun, type ExecuteParts, execute, type Leased } from './active-run.ts';
import { requests } from './requests.ts';

/** Leases runs from the queue as slots become free. */
export interface Dispatcher {
  /**
   * Fills free slots. When called inside a write, it leases in the same transaction: a run that is
   * submitted while a slot is free is leased by the commit that makes it durable.
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
  readonly database: DatabaseSync;
  /** Ends a batch of runs that have waited too long. Must be called inside a write. */
  readonly expire: () => EndedRun[];
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
}

/** How long it may take to kill requeued runs and to store their ends. */
const settleMs = 7_000;

/** Pause after a launcher was lost or busy, and after a disk error. */
const pauseMs = 250;

export function dispatcher(parts: DispatcherParts, capacity: number): Dispatcher {
  const { queue, ledger, commits, log } = parts;
  const request = requests(parts.database);
  const running = new Map<string, ActiveRun>();
  /** Runs whose slot is free already, though nobody has been notified of their end. */
  const leaving = new Set<string>();
  let reserved = 0;
  let isAsked = false;
  let isPaused = false;
  let isDraining = false;
  const idle = Promise.withResolvers<void>();

  const taken = (): number => running.size - leaving.size + reserved;
  const fill = (): { leased: Leased[]; expired: EndedRun[] } => {
    isAsked = false;
    const leased: Leased[] = [];
    const expired = parts.expire();
    const most = isDraining ? 0 : capacity - taken();
    while (leased.length < most) {
      const next = queue.take();
      if (next === undefined) break;
      const row = ledger.lease(next.run);
      leased.push({ row, taken: next, request: request(row.id) });
    }
    reserved += leased.length;
    return { leased, expired };
  };

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

  const poke = (): void => {
    if (isAsked || isPaused || isDraining || taken() >= capacity) return;
    isAsked = true;
    let count = 0;
    commits
      .write(() => {
        const filled = fill();
        count = filled.leased.length;
        return filled;
      })
      .then(
        ({ leased, expired }) => {
          for (const run of expired) parts.notifyEnded(run);
          reserved -= leased.length;
          for (const each of leased) start(each);
        },
        (error: unknown) => {
          isAsked = false;
          reserved -= count;
          log.error({ err: error }, 'leasing failed');
          pause();
        },
      );
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
      await commits.write(() => undefined).catch(() => undefined);
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
      return running.size + reserved;
    },
    get isDraining() {
      return isDraining;
    },
  };
}
