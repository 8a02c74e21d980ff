import type { DatabaseSync } from 'node:sqlite';
import { isStorageFault } from './faults.ts';

/** Writes that go into one transaction: those of one turn of the event loop. */
export interface Commits extends Disposable {
  /**
   * Runs `work` in the next transaction; resolves with its result once that is on the disk. What
   * `work` throws undoes its own writes only. `work` may ask for further writes, which go into the
   * same transaction after those that wait already.
   *
   * A transaction all of whose writes are `isLazy` is not synced: the end of a process loses
   * nothing of it, the end of the machine may, until the next one that is synced.
   */
  write<Result>(work: () => Result, isLazy?: () => boolean): Promise<Result>;
  /** Transactions that reached the disk, and those that did not. */
  readonly counts: { readonly done: number; readonly failed: number };
  /** Why the last transaction failed, until one succeeds. */
  readonly fault: Error | undefined;
}

interface Write {
  readonly isLazy: () => boolean;
  readonly run: () => void;
  /** Tells the caller: that the transaction is on the disk, or why it is not. */
  readonly settle: (fault: Error | undefined) => void;
}

/** A transaction longer than this many writes lets other work of the process in between. */
const mostWrites = 2_000;

export function groupCommits(database: DatabaseSync): Commits {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const mark = database.prepare('SAVEPOINT write');
  const keep = database.prepare('RELEASE write');
  const undo = database.prepare('ROLLBACK TO write');
  const counts = { done: 0, failed: 0 };
  let waiting: Write[] = [];
  let timer: NodeJS.Immediate | undefined;
  let fault: Error | undefined;
  let isClosed = false;
  let isSynced = true;

  /** Whether the next transaction is to be on the disk before it is settled. */
  const setSync = (wanted: boolean): void => {
    if (wanted === isSynced) return;
    database.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    isSynced = wanted;
  };

  /** Runs what waits, and what that asks for; throws what keeps the transaction from the disk. */
  const transact = (): number => {
    setSync(!waiting.every(({ isLazy }) => isLazy()));
    begin.run();
    try {
      let at = 0;
      for (; at < mostWrites; at++) {
        const next = waiting[at];
        // What a lazy write asked for may want more than this transaction gives.
        if (next === undefined || (!isSynced && !next.isLazy())) break;
        next.run();
      }
      commit.run();
      return at;
    } catch (error) {
      // A full disk may have rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  const flush = (): void => {
    clearImmediate(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    let failure: Error | undefined;
    let count = waiting.length;
    const faultBefore = fault;
    try {
      count = transact();
      counts.done++;
      // Unless one of its writes has just found the disk full.
      if (fault === faultBefore) fault = undefined;
    } catch (error) {
      // Those that never came to run share the fate: their order is part of their meaning.
      count = waiting.length;
      counts.failed++;
      fault = failure = asError(error);
    }
    const settled = waiting.slice(0, count);
    waiting = waiting.slice(count);
    if (waiting.length > 0) timer = setImmediate(flush);
    for (const { settle } of settled) settle(failure);
  };

  const write = <Result>(work: () => Result, isLazy = () => false): Promise<Result> => {
    if (isClosed) return Promise.reject(new Error('The store is closed.'));
    return new Promise<Result>((resolve, reject) => {
      let outcome: { readonly result: Result } | { readonly error: Error } | undefined;
      waiting.push({
        isLazy,
        run: () => {
          mark.run();
          try {
            outcome = { result: work() };
            keep.run();
          } catch (error) {
            // Without a transaction there is nothing to go back to: the whole of it has failed.
            if (!database.isTransaction) throw error;
            undo.run();
            keep.run();
            outcome = { error: asError(error) };
            if (isStorageFault(error)) fault = outcome.error;
          }
        },
        settle: (failure) => {
          if (failure !== undefined) reject(failure);
          else if (outcome !== undefined && 'error' in outcome) reject(outcome.error);
          else if (outcome !== undefined) resolve(outcome.result);
        },
      });
      timer ??= setImmediate(flush);
    });
  };

  return {
    write,
    counts,
    get fault() {
      return fault;
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      while (waiting.length > 0) flush();
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
