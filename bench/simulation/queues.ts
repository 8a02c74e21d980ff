import { DatabaseSync } from 'node:sqlite';
import { fairQueue } from '../../packages/server/src/runs/store/sqlite/fair-queue.ts';
import { migrate } from '../../packages/server/src/runs/store/sqlite/migrations.ts';

/** A queue of the simulation: who may start next. */
export interface Queue extends Disposable {
  /** All that is done within is one commit. */
  commit(work: () => void): void;
  add(run: string, tenant: string): void;
  putBack(run: string, tenant: string): void;
  take(): Taken | undefined;
  leave(taken: Taken, tookMs: number | null): void;
}

export interface Taken {
  readonly run: string;
  readonly tenant: string;
  readonly chargedMs: number;
}

/** The queue of the service itself, over SQLite in memory. */
export function realQueue(cap: number): Queue {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  // Only the queue is looked at: its runs have no record.
  database.exec('PRAGMA foreign_keys = OFF');
  const queue = fairQueue(database);
  const entry = (run: string, tenant: string) => {
    return { run, tenant, lane: 0, expiresMs: null, needs: '[]' };
  };
  return {
    commit: (work) => {
      database.exec('BEGIN');
      work();
      database.exec('COMMIT');
    },
    add: (run, tenant) => queue.add(entry(run, tenant), cap),
    putBack: (run, tenant) => queue.putBack(entry(run, tenant)),
    take: () => queue.take(),
    leave: (taken, tookMs) => queue.leave(taken, tookMs),
    [Symbol.dispose]: () => database.close(),
  };
}

/** First come, first served: what the fair one is compared with. */
export function plainQueue(): Queue {
  let waiting: Taken[] = [];
  let next = 0;
  return {
    commit: (work) => work(),
    add: (run, tenant) => void waiting.push({ run, tenant, chargedMs: 0 }),
    putBack: (run, tenant) => {
      waiting = [{ run, tenant, chargedMs: 0 }, ...waiting.slice(next)];
      next = 0;
    },
    take: () => {
      const taken = waiting[next];
      if (taken !== undefined) next++;
      return taken;
    },
    leave: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
