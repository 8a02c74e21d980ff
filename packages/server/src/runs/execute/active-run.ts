import { setTimeout as sleep } from 'node:timers/promises';
import type { EndedRun, QueuedRun, RunSpec } from '../contract/launch.ts';
import type { Log } from '../contract/log.ts';
import type { FairQueue, Taken } from '../queue/fair-queue.ts';
import type { RunRow } from '../record/rows.ts';
import type { Reader } from '../record/reader.ts';
import { durably } from '../store/durable.ts';
import type { Wakes } from '../live/wakes.ts';
import { type Attempt, type AttemptParts, startAttempt } from './attempt.ts';
import type { Ender } from './endings.ts';
import type { Lease, Leases } from './leases.ts';
import { StaleWriteError } from './ledger.ts';
import { type AttemptEnd, type Verdict, verdict } from './verdict.ts';

export interface ExecuteParts extends AttemptParts {
  readonly queue: FairQueue;
  readonly read: Reader;
  readonly leases: Leases;
  readonly ender: Ender;
  readonly wakes: Wakes;
  readonly log: Log;
  /** Called when a run has ended and its end is on disk. */
  readonly onEnded: (run: EndedRun) => void;
  readonly onRetried: () => void;
}

/** How long a launcher may take to kill a run and report it. */
const killMs = 5_000;

/** A leased run, with the entry that was taken from the queue for it. */
export interface Leased {
  readonly row: RunRow;
  readonly request: RunSpec;
  readonly taken: Taken;
}

/** A run under a lease, through all its attempts. */
export interface ActiveRun {
  /** Kills the run; its status becomes `cancelled`. */
  cancel(): void;
  /** Kills the run; it is requeued if it may start again. */
  handBack(): void;
  /**
   * Resolves when the run has ended or was requeued, and that is stored. `true` asks for a pause
   * before the next lease.
   */
  readonly done: Promise<boolean>;
}

/**
 * Takes a leased run through its attempts until it has ended or was requeued. `onEnding` is called
 * inside the write that ends it, so that another run can be leased in the same transaction.
 */
export function execute(parts: ExecuteParts, leased: Leased, onEnding: () => void): ActiveRun {
  const { commits, ledger, queue, ender, time, log } = parts;
  const { taken } = leased;
  const startedMs = time.nowMs();
  const waitedMs = Math.max(0, startedMs - leased.row.queued_ms);
  let kill = new AbortController();
  let current: Lease | undefined;
  let isCancelled = leased.row.is_cancelled === 1;
  let isHandedBack = false;

  /** The tenant's slot is freed in the transaction that ends or requeues the run. */
  const leave = (): void => queue.leave(taken, time.nowMs() - startedMs);

  const settle = async (row: RunRow, attempt: Attempt, judged: Verdict): Promise<void> => {
    const fence = { id: row.id, lease: row.lease };
    const started = row.attempt + (attempt.isStarted ? 1 : 0);
    const counted = { attempt: started, nextSeq: attempt.nextSeq, fence };
    let ended: EndedRun | undefined;
    const change = (): void => {
      if (judged.next === 'requeue') {
        ledger.requeue(fence, { attempt: started, deaths: judged.deaths });
        const { id: run, tenant, lane } = row;
        queue.putBack({ run, tenant, lane, expiresMs: null });
      } else if (judged.next === 'record') {
        ended = ender.withResult(row, fence, judged.run, { ...counted, waitedMs });
      } else if (judged.next === 'end') {
        ended = ender.without(row, judged.reason, judged.message, counted);
      }
      leave();
      if (ended !== undefined) onEnding();
    };
    // Events of a lost launcher that still wait to be stored are not waited for.
    if (judged.next === 'record') await attempt.recorder.finish(change);
    else await durably(commits, change);
    if (ended === undefined) parts.onRetried();
    else parts.onEnded(ended);
    parts.wakes.wake(row.id);
  };

  const stop = (): void => {
    kill.abort();
    current?.giveUpIn(killMs);
  };

  const run = async (): Promise<boolean> => {
    let { row } = leased;
    let failedBoxes = 0;
    for (;;) {
      using lease = parts.leases.grant();
      current = lease;
      const fence = { id: row.id, lease: row.lease };
      const job = jobOf(row, leased.request);
      if (isCancelled || isHandedBack) stop();
      const { signal } = kill;
      const attempt = startAttempt(parts, job, fence, lease, signal, () =>
        parts.wakes.wake(row.id),
      );
      const heard = await attempt.end;
      kill.abort();
      const end: AttemptEnd =
        isHandedBack && isKilled(heard)
          ? { kind: 'handed_back', message: 'The server was stopped before the run had ended' }
          : heard;
      const { isStarted } = attempt;
      const counted = { attempt: row.attempt + (isStarted ? 1 : 0), deaths: row.deaths };
      const judged = verdict(
        { ...counted, maxAttempts: row.max_attempts, failedBoxes, isStarted, isCancelled },
        end,
      );
      if (judged.next !== 'record') {
        const { next } = judged;
        const message = 'message' in end ? end.message : end.run.error?.message;
        log.warn({ runId: row.id, end: end.kind, next, message }, 'an attempt failed');
      }
      if (judged.next !== 'try_again') {
        await settle(row, attempt, judged);
        return end.kind === 'busy' || end.kind === 'lost';
      }
      failedBoxes = judged.failedBoxes;
      kill = new AbortController();
      await sleep(judged.pauseMs);
      row = await durably(commits, () => ledger.renew(fence));
      parts.onRetried();
    }
  };

  const done = run().catch((error: unknown) => {
    const isStale = error instanceof StaleWriteError;
    log.error(
      { runId: leased.row.id, err: error },
      isStale ? 'a stale write' : 'a run was lost to an internal error',
    );
    return true;
  });
  return {
    cancel: () => {
      isCancelled = true;
      stop();
    },
    handBack: () => {
      isHandedBack = true;
      stop();
    },
    done,
  };
}

/** Whether our kill ended it, and it had not just ended by itself. */
function isKilled(end: AttemptEnd): boolean {
  return end.kind !== 'finished' || end.run.status === 'cancelled';
}

function jobOf(row: RunRow, request: RunSpec): QueuedRun {
  return {
    ...request,
    id: row.id,
    tenant: row.tenant,
    policy: row.policy,
    attempt: row.attempt + 1,
    firstSeq: row.next_seq,
    createdAt: row.created_at,
  };
}
