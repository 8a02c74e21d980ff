import type { DatabaseSync } from 'node:sqlite';
import type { EndedRun, RunSpec } from '../../contract/launch.ts';
import { endedByUs } from '../../record/endings.ts';
import type { RunRow } from '../../record/rows.ts';
import type { ServiceTime } from '../../time/clock.ts';
import {
  type Batch,
  type Cancelled,
  type Ending,
  expiryBatch,
  type Fence,
  type FreedSlot,
  type Leased,
  type Requeued,
  type Taking,
  type Unqueued,
} from '../store.ts';
import type { FairQueue } from './fair-queue.ts';
import type { Ledger } from './ledger.ts';
import type { Reader } from './reader.ts';

export interface TransitionParts {
  readonly database: DatabaseSync;
  readonly queue: FairQueue;
  readonly ledger: Ledger;
  readonly read: Reader;
  readonly time: ServiceTime;
}

/** The transitions of `Store` that touch the queue and the record alike. Inside a write. */
export function transitions(parts: TransitionParts) {
  const { database, queue, ledger, read, time } = parts;
  const find = database.prepare('SELECT * FROM runs WHERE id = ?');

  const requestOf = (id: string): RunSpec => {
    const found = read.request(id);
    if (found === null) throw new Error(`The request of ${id} is gone`);
    return found;
  };
  const free = ({ tookMs, ...slot }: FreedSlot): void => queue.leave(slot, tookMs);
  const end = (fence: Fence, ending: Ending): void => {
    ledger.end(fence, ending);
    free(ending.freed);
  };
  /** Ends a run that waits. */
  const endWaiting = (row: RunRow, reason: 'cancelled' | 'queue_ttl', message: string) => {
    queue.remove(row.id);
    const counted = { attempt: row.attempt, startedAt: row.started_at };
    const run = endedByUs(row, { reason, message }, counted, time);
    ledger.end({ id: row.id }, { run, endedMs: time.nowMs(), nextSeq: row.next_seq + 1 });
    return run;
  };
  const expire = (): EndedRun[] =>
    queue.expired(time.nowMs(), expiryBatch).map((id) => {
      const row = find.get(id) as unknown as RunRow;
      return endWaiting(row, 'queue_ttl', 'The run waited too long to be started');
    });
  const add = (fence: Fence, { chunks, changes }: Omit<Batch, 'ending'>): string[] => {
    const replaced: string[] = [];
    for (const chunk of chunks) ledger.events(fence, chunk);
    for (const change of changes) {
      switch (change.type) {
        case 'started':
          ledger.started(fence, change.at);
          break;
        case 'network':
          ledger.network(fence, change.seq, change.body);
          break;
        case 'artifact': {
          const old = ledger.artifact(fence, change.artifact);
          if (old !== undefined) replaced.push(old);
        }
      }
    }
    return replaced;
  };

  return {
    expire,
    end,
    take: (most: number): Taking => {
      const expired = expire();
      const leased: Leased[] = [];
      while (leased.length < most) {
        const next = queue.take();
        if (next === undefined) break;
        const { run, ...slot } = next;
        leased.push({ row: ledger.lease(run), request: requestOf(run), slot });
      }
      return { leased, expired };
    },
    append: (fence: Fence, { ending, ...batch }: Batch): string[] => {
      const replaced = add(fence, batch);
      if (ending !== undefined) end(fence, ending);
      return replaced;
    },
    /** Goes on with a run that `enter` has stored: it had no slot. */
    finish: ({ run: { id }, batch, ending }: Unqueued): void => {
      const fence = { id, lease: 0 };
      add(fence, batch);
      ledger.end(fence, ending);
    },
    requeue: (fence: Fence, { freed, lane, ...counted }: Requeued): void => {
      ledger.requeue(fence, counted);
      queue.putBack({ run: fence.id, tenant: freed.tenant, lane, expiresMs: null });
      free(freed);
    },
    cancel: (tenant: string | null, id: string): Cancelled => {
      const row = read.row(tenant, id);
      if (row === undefined) return undefined;
      if (row.finished_at !== null) return 'ended';
      ledger.cancel(id);
      if (row.status === 'running') return 'running';
      return endWaiting(row, 'cancelled', 'The run was cancelled');
    },
  };
}
