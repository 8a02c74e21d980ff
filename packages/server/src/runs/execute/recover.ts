import type { DatabaseSync } from 'node:sqlite';
import type { RunRow } from '../record/rows.ts';
import type { FairQueue } from '../queue/fair-queue.ts';
import type { Ender } from './endings.ts';
import type { Ledger } from './ledger.ts';
import { verdict } from './verdict.ts';

/** What a start had to mend. */
export interface Recovered {
  readonly requeued: number;
  readonly ended: number;
}

/**
 * Takes over from a process that has died: whatever was running has lost its launcher with it.
 * Start is recovery; there is no other. A lease of which nothing was heard is counted as started,
 * since user code may not start more often than it was allowed to. Inside a write.
 */
export function recover(parts: {
  readonly database: DatabaseSync;
  readonly queue: FairQueue;
  readonly ledger: Ledger;
  readonly ender: Ender;
}): Recovered {
  const { database, queue, ledger, ender } = parts;
  const rows = database
    .prepare("SELECT * FROM runs WHERE status = 'running'")
    .all() as unknown as RunRow[];
  let requeued = 0;
  for (const row of rows) {
    const fence = { id: row.id, lease: row.lease };
    const attempt = row.attempt + (row.is_started === 1 ? 0 : 1);
    const judged = verdict(
      {
        attempt,
        maxAttempts: row.max_attempts,
        deaths: row.deaths,
        failedBoxes: 0,
        isStarted: true,
        isCancelled: row.is_cancelled === 1,
      },
      { kind: 'lost', message: 'The server died while it held the run' },
    );
    if (judged.next === 'requeue') {
      ledger.requeue(fence, { attempt, deaths: judged.deaths });
      queue.putBack({ run: row.id, tenant: row.tenant, lane: row.lane, expiresMs: null });
      requeued++;
    } else if (judged.next === 'end') {
      const { reason, message } = judged;
      ender.without(row, reason, message, { attempt, nextSeq: row.next_seq, fence });
    }
  }
  database.exec('UPDATE tenants SET running = 0');
  return { requeued, ended: rows.length - requeued };
}
