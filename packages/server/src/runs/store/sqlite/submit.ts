import type { DatabaseSync } from 'node:sqlite';
import { newId } from '@castellan/protocol';
import type { RunSpec } from '../../contract/launch.ts';
import type { RefusedError, StoredRun, Submission, Submitted } from '../../contract/runs.ts';
import { firstFacts } from '../../record/rows.ts';
import type { ServiceTime } from '../../time/clock.ts';
import { rememberMs } from '../store.ts';
import { acceptedRun, refusal, type StoreRefusal } from '../submissions.ts';
import type { FairQueue } from './fair-queue.ts';
import type { Positions } from './position.ts';
import type { Reader } from './reader.ts';

export interface SubmitParts {
  readonly database: DatabaseSync;
  readonly queue: FairQueue;
  readonly positions: Positions;
  readonly read: Reader;
  readonly time: ServiceTime;
  /** The length of the queue, of all tenants together. */
  readonly queueLimit: number;
  /** Returns how long a run at a position is likely to wait. */
  readonly estimateMs: (position: number) => number | null;
}

/**
 * Stores a run and its entry in the queue, or finds the run of an earlier identical request. Inside
 * a write.
 */
export function submitter(parts: SubmitParts): (submission: Submission) => Submitted {
  const { queue, positions, read, time } = parts;
  const sql = statements(parts.database);

  const refused = (why: StoreRefusal, submission: Submission): RefusedError =>
    refusal(why, submission, parts.queueLimit, parts.estimateMs(0));

  const replay = (submission: Submission): StoredRun | undefined => {
    const { idempotency } = submission;
    if (idempotency === null) return undefined;
    const { scope, key, payload } = idempotency;
    const known = sql.remembered.get(scope, key) as Remembered | undefined;
    if (known === undefined) return undefined;
    if (known.expires_ms <= time.nowMs()) {
      sql.forget.run(scope, key);
      return undefined;
    }
    if (known.payload === payload) return read.run(null, known.run);
    throw refused('idempotency_mismatch', submission);
  };

  const refuse = (submission: Submission): void => {
    const { tenant, caps } = submission;
    if (queue.waiting() >= parts.queueLimit) throw refused('queue_full', submission);
    if (queue.waiting(tenant) >= caps.queued) throw refused('tenant_quota', submission);
  };

  return (submission) => {
    const before = replay(submission);
    if (before !== undefined) return { run: before, isReplay: true };
    refuse(submission);
    const { source, input, limits, tenant, policy, idempotency, exchange } = submission;
    const { ttlMs, priority, maxAttempts, caps } = submission;
    const { labels } = input;
    const request: RunSpec = { source, input, limits, ...(exchange && { exchange }) };
    const id = newId('run');
    const nowMs = time.nowMs();
    const createdAt = time.stamp();
    const lane = -priority;
    const facts = firstFacts(limits, submission);
    sql.run.run(
      id,
      tenant,
      policy,
      maxAttempts,
      lane,
      nowMs,
      createdAt,
      JSON.stringify(labels),
      JSON.stringify(facts),
    );
    sql.request.run(id, JSON.stringify(request));
    for (const [name, value] of Object.entries(labels)) sql.label.run(tenant, name, id, value);
    if (idempotency !== null) {
      const { scope, key, payload } = idempotency;
      sql.remember.run(scope, key, payload, id, nowMs + rememberMs);
    }
    queue.add({ run: id, tenant, lane, expiresMs: nowMs + ttlMs }, caps.running);
    const position = positions.of(id);
    if (position > 0) sql.position.run(position, id);
    const standing = { position, estimatedWaitMs: parts.estimateMs(position) };
    return acceptedRun(submission, { id, facts, createdAt, queue: standing });
  };
}

interface Remembered {
  readonly payload: string;
  readonly run: string;
  readonly expires_ms: number;
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  return {
    run: prepare(`INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position,
      queued_ms, created_at, labels, facts) VALUES (?, ?, ?, 'queued', ?, ?, 0, ?, ?, ?, ?)`),
    position: prepare('UPDATE runs SET position = ? WHERE id = ?'),
    request: prepare('INSERT INTO requests (run, body) VALUES (?, ?)'),
    label: prepare('INSERT INTO labels (tenant, name, run, value) VALUES (?, ?, ?, ?)'),
    remembered: prepare(
      'SELECT payload, run, expires_ms FROM idempotency WHERE scope = ? AND key = ?',
    ),
    remember: prepare(
      'INSERT INTO idempotency (scope, key, payload, run, expires_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    forget: prepare('DELETE FROM idempotency WHERE scope = ? AND key = ?'),
  };
}
