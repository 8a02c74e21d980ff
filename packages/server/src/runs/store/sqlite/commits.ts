import type { DatabaseSync } from 'node:sqlite';
import { StorageFault } from '../../../storage/fault.ts';
import { isDiskFault } from '../../../storage/sqlite-faults.ts';

/** Group commit: all writes of one turn of the event loop go into one transaction. */
export interface Commits extends Disposable {
  /**
   * Runs `work` in the next transaction; resolves with its result once that is on disk. If `work`
   * throws, only its own writes are rolled back. `work` may call `write` again: that write goes
   * into the same transaction, after those already queued.
   *
   * A transaction in which every write is `isLazy` is not synced: it survives a crash of the
   * process, but a crash of the machine may lose it until the next synced transaction.
   */
  write<Result>(work: () => Result, isLazy?: () => boolean): Promise<Result>;
  /** Transactions that were committed to disk, and those that failed. */
  readonly counts: { readonly done: number; readonly failed: number };
  /** Why the last transaction failed, until one succeeds. */
  readonly fault: Error | undefined;
}

interface Write {
  readonly isLazy: () => boolean;
  readonly run: () => void;
  /** Settles the promise of the caller: the transaction is on disk, or failed. */
  readonly settle: (fault: Error | undefined) => void;
}

/** After this many writes a transaction ends, so that other work of the process can run. */
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

  /** Sets whether the next transaction is synced before it is settled. */
  const setSync = (wanted: boolean): void => {
    if (wanted === isSynced) return;
    database.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    isSynced = wanted;
  };

  /** Runs queued writes, and those that they add; throws if the transaction cannot be committed. */
  const transact = (): number => {
    setSync(!waiting.every(({ isLazy }) => isLazy()));
    begin.run();
    try {
      let at = 0;
      for (; at < mostWrites; at++) {
        const next = waiting[at];
        // A write added by a lazy one may need a sync, which this transaction does not do.
        if (next === undefined || (!isSynced && !next.isLazy())) break;
        next.run();
      }
      commit.run();
      return at;
    } catch (error) {
      // SQLite may have rolled back already when the disk is full.
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
      // Not if one of its writes has just found the disk full.
      if (fault === faultBefore) fault = undefined;
    } catch (error) {
      // Writes that never ran fail too: their order is part of their meaning.
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
            // SQLite has rolled back the whole transaction, so there is no savepoint to return to.
            if (!database.isTransaction) throw error;
            undo.run();
            keep.run();
            outcome = { error: asError(error) };
            if (isDiskFault(error)) fault = outcome.error;
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
  if (isDiskFault(error)) return new StorageFault('The disk takes no more', { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
