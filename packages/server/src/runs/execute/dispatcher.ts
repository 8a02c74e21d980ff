import type { DatabaseSync } from 'node:sqlite';
import type { Run } from '@castellan/protocol';
import { type ActiveRun, type ExecuteParts, execute, type Leased } from './active-run.ts';
import { requests } from './requests.ts';

/** Takes runs from the queue as places become free. */
export interface Dispatcher {
  /**
   * Fills free places. Inside a write it does so in the same transaction: what is submitted while a
   * place is free is leased by the commit that makes it durable.
   */
  poke(): void;
  /** Kills a run that runs here; false when it does not. */
  cancel(id: string): boolean;
  /**
   * Takes no more; resolves when nothing runs, after `budgetMs` by handing back what does. Does
   * not wait for ever for a disk that takes no writes.
   */
  drain(budgetMs: number): Promise<void>;
  /** The run is in a launcher's hands. */
  holds(id: string): boolean;
  readonly running: number;
  readonly isDraining: boolean;
}

export interface DispatcherParts extends ExecuteParts {
  readonly database: DatabaseSync;
  /** Ends a batch of those that have waited too long. Inside a write. */
  readonly expire: () => Run[];
  /** Tells whoever waits for a run that it has ended. */
  readonly notifyEnded: (run: Run) => void;
}

/** How long the ends of runs that were handed back may take to be killed and stored. */
const settleMs = 7_000;

/** After a launcher was lost or busy, and after a fault of the disk. */
const pauseMs = 250;

export function dispatcher(parts: DispatcherParts, capacity: number): Dispatcher {
  const { queue, ledger, commits, log } = parts;
  const request = requests(parts.database);
  const running = new Map<string, ActiveRun>();
  /** Runs whose place is free already, though they have not been told of their end. */
  const leaving = new Set<string>();
  let reserved = 0;
  let isAsked = false;
  let isPaused = false;
  let isDraining = false;
  const idle = Promise.withResolvers<void>();

  const taken = (): number => running.size - leaving.size + reserved;
  const fill = (): { leased: Leased[]; expired: Run[] } => {
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
      // A run that went back to the queue may have been taken again.
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
          log.error({ err: error }, 'nothing can be leased');
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
      // A commit under way may still bring some.
      await commits.write(() => undefined).catch(() => undefined);
      if (running.size === 0) return;
      const timer = setTimeout(() => {
        for (const run of running.values()) run.handBack();
      }, budgetMs);
      // A full disk takes no end of a run; the next start mends what this one could not store.
      const last = setTimeout(() => {
        log.error({ runs: running.size }, 'runs are left as they are for the next start');
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
