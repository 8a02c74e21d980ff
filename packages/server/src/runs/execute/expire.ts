import type { DatabaseSync } from 'node:sqlite';
import type { EndedRun } from '../contract/launch.ts';
import type { ServiceTime } from '../time/clock.ts';
import type { FairQueue } from '../queue/fair-queue.ts';
import type { RunRow } from '../record/rows.ts';
import type { Ender } from './endings.ts';

/** The most expired runs that are ended in one transaction. */
const expiryBatch = 100;

/** Ends runs that have waited too long, one batch per call. Inside a write. */
export function expirer(parts: {
  readonly database: DatabaseSync;
  readonly queue: FairQueue;
  readonly ender: Ender;
  readonly time: ServiceTime;
}): () => EndedRun[] {
  const { queue, ender, time } = parts;
  const find = parts.database.prepare('SELECT * FROM runs WHERE id = ?');
  return () =>
    queue.expired(time.nowMs(), expiryBatch).map((id) => {
      const row = find.get(id) as unknown as RunRow;
      queue.remove(id);
      const counted = { attempt: row.attempt, nextSeq: row.next_seq };
      return ender.without(row, 'queue_ttl', 'The run waited too long to be started', counted);
    });
}
