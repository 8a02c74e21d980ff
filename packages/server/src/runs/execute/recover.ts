import type { DatabaseSync } from 'node:sqlite';
import type { FairQueue } from '../queue/fair-queue.ts';
import { columnsWithoutValue, type RunRow } from '../record/rows.ts';
import type { Ender } from './endings.ts';
import type { Ledger } from './ledger.ts';
import { verdict } from './verdict.ts';

export interface RecoverParts {
  readonly database: DatabaseSync;
  readonly queue: FairQueue;
  readonly ledger: Ledger;
  readonly ender: Ender;
}

/** How many runs were recovered, and how. */
export interface Recovered {
  readonly requeued: number;
  readonly ended: number;
}

/** Recovers runs that are marked as running but that no launcher executes. */
export interface Recovery {
  /**
   * Takes over from a process that has died: all its launchers died with it. Every start does this;
   * there is no separate recovery. Inside a write.
   */
  all(): Recovered;
  /**
   * Recovers runs that were orphaned at the last call too: an internal error lost them. Inside a
   * write.
   */
  strays(isHeld: (id: string) => boolean): Recovered;
}

export function recovery(parts: RecoverParts): Recovery {
  const { database } = parts;
  const running = database.prepare(
    `SELECT ${columnsWithoutValue} FROM runs WHERE status = 'running'`,
  );
  const leave = database.prepare('UPDATE tenants SET running = max(0, running - 1) WHERE name = ?');
  const find = (): RunRow[] => running.all() as unknown as RunRow[];
  let suspects = new Map<string, number>();
  return {
    all: () => {
      const recovered = mend(parts, find());
      database.exec('UPDATE tenants SET running = 0');
      return recovered;
    },
    strays: (isHeld) => {
      const rows = find().filter(({ id }) => !isHeld(id));
      const strays = rows.filter(({ id, lease }) => suspects.get(id) === lease);
      suspects = new Map(rows.map(({ id, lease }) => [id, lease]));
      for (const { tenant } of strays) leave.run(tenant);
      return mend(parts, strays);
    },
  };
}

/**
 * A lease without any event is counted as started: user code must not start more often than
 * allowed.
 */
function mend({ queue, ledger, ender }: RecoverParts, rows: readonly RunRow[]): Recovered {
  let requeued = 0;
  for (const row of rows) {
    const fence = { id: row.id, lease: row.lease };
    const attempt = row.attempt + (row.is_started === 1 ? 0 : 1);
    const counted = { attempt, maxAttempts: row.max_attempts, deaths: row.deaths, failedBoxes: 0 };
    const judged = verdict(
      { ...counted, isStarted: true, isCancelled: row.is_cancelled === 1 },
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
  return { requeued, ended: rows.length - requeued };
}
