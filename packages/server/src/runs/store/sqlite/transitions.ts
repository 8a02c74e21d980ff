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
  type Taker,
  type Taking,
  type Unqueued,
} from '../store.ts';
import { waitedFor, wantedOf } from '../needs.ts';
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
      return endWaiting(row, 'queue_ttl', waitedFor(row.needs));
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
    take: (most: number, { worker, has }: Taker): Taking => {
      const expired = expire();
      const leased: Leased[] = [];
      const wanted = most > 0 ? wantedOf(queue.needs(), has) : [];
      const count = wanted?.length === 0 ? 0 : most;
      while (leased.length < count) {
        const next = queue.take(wanted);
        if (next === undefined) break;
        const { run, ...slot } = next;
        const hands = { node: worker, takenMs: time.nowMs(), chargedMs: slot.chargedMs };
        leased.push({ row: ledger.lease(run, hands), request: requestOf(run), slot });
      }
      return { leased, expired };
    },
    append: (fence: Fence, { firstSeq, ending, ...batch }: Batch): string[] => {
      if (firstSeq !== undefined) ledger.follow(fence, firstSeq);
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
      const { needs } = find.get(fence.id) as unknown as RunRow;
      queue.putBack({ run: fence.id, tenant: freed.tenant, lane, expiresMs: null, needs });
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
