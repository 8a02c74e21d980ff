import { setTimeout as sleep } from 'node:timers/promises';
import type { EndedRun, QueuedRun, RunSpec } from '../contract/launch.ts';
import type { Log } from '../contract/log.ts';
import type { Wakes } from '../live/wakes.ts';
import { endedByUs, endedWithResult } from '../record/endings.ts';
import type { RunRow } from '../record/rows.ts';
import { durably } from '../store/durable.ts';
import { type Leased, StaleWriteError } from '../store/store.ts';
import { type Attempt, type AttemptParts, startAttempt } from './attempt.ts';
import type { Lease, Leases } from './leases.ts';
import { type AttemptEnd, type Verdict, verdict } from './verdict.ts';

export interface ExecuteParts extends AttemptParts {
  readonly leases: Leases;
  readonly wakes: Wakes;
  readonly log: Log;
  /** Called when a run has ended and its end is on disk. */
  readonly onEnded: (run: EndedRun) => void;
  readonly onRetried: () => void;
}

/** How long a launcher may take to kill a run and report it. */
const killMs = 5_000;

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
 * before the commit of its end, so that the same commit can lease the next run.
 */
export function execute(parts: ExecuteParts, leased: Leased, onEnding: () => void): ActiveRun {
  const { store, log } = parts;
  const { time } = store;
  const startedMs = leased.row.taken_ms ?? time.nowMs();
  const waitedMs = Math.max(0, startedMs - leased.row.queued_ms);
  let kill = new AbortController();
  let current: Lease | undefined;
  let isCancelled = leased.row.is_cancelled === 1;
  let isHandedBack = false;

  const settle = async (row: RunRow, attempt: Attempt, judged: Settled): Promise<void> => {
    const started = row.attempt + (attempt.startedAt === null ? 0 : 1);
    const counted = { attempt: started, startedAt: attempt.startedAt ?? row.started_at };
    const freed = { ...leased.slot, tookMs: time.nowMs() - startedMs };
    if (judged.next === 'requeue') {
      const { deaths } = judged;
      await durably(() => store.requeue(row, { attempt: started, deaths, lane: row.lane, freed }));
      parts.onRetried();
    } else {
      const run =
        judged.next === 'record'
          ? endedWithResult(row, judged.run, { ...counted, waitedMs }, time)
          : endedByUs(row, judged, counted, time);
      const ending = { run, endedMs: time.nowMs(), nextSeq: attempt.nextSeq + 1, freed };
      if (judged.next === 'record') await attempt.recorder.finish(ending, onEnding);
      else {
        // Events of a lost launcher that still wait to be stored are not waited for.
        await durably(() => {
          const done = store.end(row, ending);
          onEnding();
          return done;
        });
      }
      parts.onEnded(run);
    }
    parts.wakes.wake(row.id);
    // What stays is found by the next sweep.
    await parts.artifacts.leave(row.id).catch(() => undefined);
  };

  const stop = (): void => {
    kill.abort();
    current?.giveUpIn(killMs);
  };

  const run = async (): Promise<boolean> => {
    // What another process has heard of the attempt is in the row.
    let row = { ...leased.row, attempt: leased.row.attempt - leased.row.is_started };
    let failedBoxes = 0;
    for (;;) {
      using lease = parts.leases.grant();
      current = lease;
      const job = jobOf(row, leased.request);
      if (isCancelled || isHandedBack) stop();
      const { signal } = kill;
      const { id } = row;
      const attempt = startAttempt(parts, row, job, lease, signal, () => parts.wakes.wake(id));
      const heard = await attempt.end;
      kill.abort();
      if (heard.kind === 'elsewhere') return false;
      const end: AttemptEnd =
        isHandedBack && isKilled(heard)
          ? { kind: 'handed_back', message: 'The server was stopped before the run had ended' }
          : heard;
      const isStarted = attempt.startedAt !== null;
      const counted = { attempt: row.attempt + (isStarted ? 1 : 0), deaths: row.deaths };
      const judged = verdict(
        {
          ...counted,
          maxAttempts: row.max_attempts,
          failedBoxes,
          isStarted,
          isCancelled,
          maySoon: parts.outlives !== true,
        },
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
      const fence = row;
      row = await durably(() => store.renew(fence));
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

/** A verdict after which the run is no longer ours. */
type Settled = Exclude<Verdict, { readonly next: 'try_again' }>;

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
