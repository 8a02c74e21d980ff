import type { DatabaseSync } from 'node:sqlite';

/** Estimates the position of a run in the queue. */
export interface Positions {
  /** How many runs are likely to start before it; 0 if it is not in the queue. */
  of(run: string): number;
}

/** How many other tenants are looked at; the rest is assumed to be like them. */
const sample = 64;

/**
 * An estimate in constant time. Runs of the same tenant are counted exactly, unless some have left
 * from the middle; of other tenants, those with an earlier virtual time are counted.
 */
export function positions(database: DatabaseSync): Positions {
  const find = database.prepare(`
    SELECT queue.tenant, queue.lane, place, virtual_ms, cost_ms, tenants.queued,
      place - (SELECT min(place) FROM queue AS head
        WHERE head.tenant = queue.tenant AND head.lane = queue.lane) AS behind,
      (SELECT coalesce(sum(queued), 0) FROM lanes
        WHERE lanes.tenant = queue.tenant AND lanes.lane < queue.lane) AS above
    FROM queue JOIN tenants ON name = queue.tenant WHERE run = ?`);
  const others = database.prepare(`
    SELECT count(*) AS tenants, coalesce(sum(queued), 0) AS queued,
      coalesce(sum(min(queued, max(0, ceil((? - virtual_ms) / cost_ms)))), 0) AS ahead
    FROM (SELECT virtual_ms, cost_ms, queued FROM tenants WHERE queued > 0 AND name <> ? LIMIT ?)`);
  const total = database.prepare('SELECT queued FROM totals');

  return {
    of: (run) => {
      const own = find.get(run) as OwnRow | undefined;
      if (own === undefined) return 0;
      const before = Math.min(own.behind + own.above, own.queued - 1);
      const turnMs = own.virtual_ms + before * own.cost_ms;
      const seen = others.get(turnMs, own.tenant, sample) as unknown as OthersRow;
      if (seen.tenants < sample) return before + seen.ahead;
      const { queued } = total.get() as { queued: number };
      return before + Math.round((seen.ahead * (queued - own.queued)) / seen.queued);
    },
  };
}

interface OwnRow {
  readonly tenant: string;
  readonly virtual_ms: number;
  readonly cost_ms: number;
  /** Of the tenant as a whole. */
  readonly queued: number;
  /** Places behind the first of its lane. */
  readonly behind: number;
  /** Runs in earlier lanes. */
  readonly above: number;
}

interface OthersRow {
  readonly tenants: number;
  readonly queued: number;
  readonly ahead: number;
}
