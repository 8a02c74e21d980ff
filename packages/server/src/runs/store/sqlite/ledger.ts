import type { DatabaseSync } from 'node:sqlite';
import { factsOf, type RunRow, valueOf } from '../../record/rows.ts';
import {
  type Chunk,
  type Ending,
  type Fence,
  type NewArtifact,
  StaleWriteError,
} from '../store.ts';

/**
 * All changes of a run's record, to be called inside a write of `Commits`. Changes from a launcher
 * carry a fencing token and are refused with `StaleWriteError` if it is not the run's current one.
 */
export interface Ledger {
  /** Writes that were refused because their fencing token was void. */
  readonly staleWrites: number;
  /** A queued run becomes a running one; returns its row with a new token. */
  lease(id: string, hands: Hands): RunRow;
  /** Gives the run a new token for another attempt under the same lease. */
  renew(fence: Fence): RunRow;
  /** Refuses what does not begin where the record ends. */
  follow(fence: Fence, firstSeq: number): void;
  started(fence: Fence, startedAt: string): void;
  events(fence: Fence, chunk: Chunk): void;
  /** Stores an entry of the network log, which also has an event. */
  network(fence: Fence, seq: number, body: string): void;
  /** Stores an artifact; returns the id of the one of that name which it replaces. */
  artifact(fence: Fence, artifact: NewArtifact): string | undefined;
  /** Marks the run as cancelled, whoever has its lease. */
  cancel(id: string): void;
  /** Puts the run back into the queue, with its counters. */
  requeue(fence: Fence, counted: { readonly attempt: number; readonly deaths: number }): void;
  /** Ends the run, once and for all; without a lease one that waits. */
  end(fence: Fence | { readonly id: string }, ending: Omit<Ending, 'freed'>): void;
}

/** Who takes a run, when, and what its tenant is charged. */
export interface Hands {
  readonly node: string | null;
  readonly takenMs: number;
  readonly chargedMs: number;
}

export function ledger(database: DatabaseSync): Ledger {
  const sql = statements(database);
  let staleWrites = 0;
  const stale = (fence: Fence): StaleWriteError => {
    staleWrites++;
    return new StaleWriteError(fence);
  };
  const fenced = (changes: number | bigint, fence: Fence): void => {
    if (changes !== 1) throw stale(fence);
  };
  return {
    get staleWrites() {
      return staleWrites;
    },
    lease: (id, { node, takenMs, chargedMs }) => {
      const row = sql.lease.get(node, takenMs, chargedMs, id) as RunRow | undefined;
      if (row === undefined) throw new Error(`${id} was in the queue but is not queued`);
      return row;
    },
    renew: (fence) => {
      const row = sql.renew.get(fence.id, fence.lease) as RunRow | undefined;
      if (row === undefined) throw stale(fence);
      return row;
    },
    follow: (fence, firstSeq) => {
      if (sql.follows.get(fence.id, fence.lease, firstSeq) === undefined) throw stale(fence);
    },
    started: (fence, startedAt) =>
      fenced(sql.started.run(startedAt, fence.id, fence.lease).changes, fence),
    events: (fence, { lastSeq, body }) => {
      fenced(sql.nextSeq.run(lastSeq + 1, fence.id, fence.lease).changes, fence);
      sql.events.run(fence.id, lastSeq, body);
    },
    network: ({ id }, seq, body) => void sql.network.run(id, seq, body),
    artifact: (fence, { id, name, sizeBytes, storedMs, body }) => {
      fenced(sql.touch.run(fence.id, fence.lease).changes, fence);
      const old = sql.oldArtifact.get(fence.id, name) as ArtifactRow | undefined;
      sql.artifact.run(fence.id, name, id, sizeBytes, storedMs, body);
      sql.artifactBytes.run(sizeBytes - (old?.size_bytes ?? 0));
      return old?.id;
    },
    cancel: (id) => void sql.cancel.run(id),
    requeue: (fence, { attempt, deaths }) =>
      fenced(sql.requeue.run(attempt, deaths, fence.id, fence.lease).changes, fence),
    end: (fence, { run, endedMs, nextSeq }) => {
      const lease = 'lease' in fence ? fence.lease : null;
      const { changes } = sql.end.run(
        run.status,
        run.reason,
        run.attempt,
        JSON.stringify(factsOf(run)),
        valueOf(run),
        run.finishedAt,
        endedMs,
        nextSeq,
        fence.id,
        lease,
      );
      fenced(changes, { id: fence.id, lease: lease ?? 0 });
    },
  };
}

interface ArtifactRow {
  readonly id: string;
  readonly size_bytes: number;
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  const mine = `id = ? AND lease = ? AND status = 'running'`;
  return {
    lease: prepare(`UPDATE runs SET status = 'running', lease = lease + 1, is_started = 0,
      attempt_seq = next_seq, node = ?, taken_ms = ?, charged_ms = ?
      WHERE id = ? AND status = 'queued' RETURNING *`),
    renew: prepare(`UPDATE runs SET lease = lease + 1, is_started = 0, attempt_seq = next_seq
      WHERE ${mine} RETURNING *`),
    follows: prepare(`SELECT 1 FROM runs WHERE ${mine} AND next_seq = ?`),
    started: prepare(
      // If the clock was set back, a run still does not start before it was created.
      `UPDATE runs SET is_started = 1, attempt = attempt + 1, started_at = max(?, created_at)
        WHERE ${mine}`,
    ),
    nextSeq: prepare(`UPDATE runs SET next_seq = ? WHERE ${mine}`),
    touch: prepare(`UPDATE runs SET next_seq = next_seq WHERE ${mine}`),
    events: prepare('INSERT INTO events (run, last_seq, body) VALUES (?, ?, ?)'),
    network: prepare('INSERT INTO network (run, seq, body) VALUES (?, ?, ?)'),
    oldArtifact: prepare('SELECT id, size_bytes FROM artifacts WHERE run = ? AND name = ?'),
    artifact: prepare(`INSERT OR REPLACE INTO artifacts (run, name, id, size_bytes, stored_ms, body)
      VALUES (?, ?, ?, ?, ?, ?)`),
    artifactBytes: prepare('UPDATE totals SET artifact_bytes = artifact_bytes + ? WHERE only = 1'),
    requeue: prepare(`UPDATE runs SET status = 'queued', lease = lease + 1, attempt = ?, deaths = ?
      WHERE ${mine}`),
    end: prepare(`UPDATE runs SET status = ?, reason = ?, attempt = ?, facts = ?, value = ?,
      finished_at = ?, ended_ms = ?, next_seq = ?, lease = lease + 1
      WHERE id = ? AND lease = coalesce(?, lease) AND finished_at IS NULL`),
    cancel: prepare('UPDATE runs SET is_cancelled = 1 WHERE id = ? AND finished_at IS NULL'),
  };
}
