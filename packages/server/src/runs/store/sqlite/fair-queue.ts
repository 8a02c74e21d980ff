import type { DatabaseSync } from 'node:sqlite';
import { firstGuessMs, newest, nextMean } from '../mean.ts';
import type { Slot } from '../store.ts';

/** A run in the queue. */
export interface Entry {
  readonly run: string;
  readonly tenant: string;
  /** Lower is earlier, within the tenant. */
  readonly lane: number;
  /** Service time; null waits without limit. */
  readonly expiresMs: number | null;
  /** What whoever takes it has to have; see needs.ts. */
  readonly needs: string;
}

/** A run taken from the queue, with the slot that its tenant gives for it. */
export interface Taken extends Slot {
  readonly run: string;
}

/**
 * The durable queue, fair across tenants by start-time fair queueing (Goyal, Vin and Cheng, 1996):
 * each tenant has a virtual time that advances by the time its runs take, and the lowest goes
 * first. A tenant that comes back starts at the present, so nobody saves up turns. All methods must
 * be called inside a write of `Commits`.
 */
export interface FairQueue {
  add(entry: Entry, runningCap: number): void;
  /** Puts a run back, ahead of all others of its lane. */
  putBack(entry: Entry): void;
  /** Null: of all runs; else of those with one of these needs. */
  take(wanted?: readonly string[] | null): Taken | undefined;
  /** The needs of the runs that wait, each once. */
  needs(): string[];
  /** Returns false if the run is not in the queue. */
  remove(run: string): boolean;
  /** Frees the slot; replaces the charge in advance by the real time, if that is known. */
  leave(slot: Slot, tookMs: number | null): void;
  /** Runs that have waited too long, earliest first. */
  expired(nowMs: number, most: number): string[];
  /** The number of runs in the queue, of all tenants or of one. */
  waiting(tenant?: string): number;
  /**
   * Mean duration of a run in milliseconds, over those that ended lately; undefined before the
   * first.
   */
  readonly meanMs: number | undefined;
}

interface TenantRow {
  readonly name: string;
  readonly virtual_ms: number;
  readonly cost_ms: number;
  readonly queued: number;
}

export function fairQueue(database: DatabaseSync): FairQueue {
  const sql = statements(database);
  let presentMs = (sql.present.get() as { present: number | null }).present ?? 0;
  let meanMs: number | undefined;

  const insert = (entry: Entry, place: number): void => {
    sql.insert.run(entry.tenant, entry.lane, place, entry.run, entry.expiresMs, entry.needs);
    sql.tenantWaits.run(1, entry.tenant);
    sql.totalWaits.run(1);
  };
  /** Creates the rows of tenant and lane if they are missing; returns the lane's next place. */
  const openLane = (entry: Entry, runningCap: number | null, step: 0 | 1): number => {
    sql.tenant.run(entry.tenant, presentMs, meanMs ?? firstGuessMs, runningCap ?? 1, runningCap);
    sql.comesBack.run(presentMs, entry.tenant);
    const lane = sql.lane.get(entry.tenant, entry.lane, step) as { next_place: number };
    return lane.next_place;
  };
  const nextTenant = (wanted: string | null): TenantRow | undefined =>
    (wanted === null ? sql.nextTenant.get() : sql.nextTenantOf.get(wanted)) as
      | TenantRow
      | undefined;
  const nextEntry = (tenant: string, wanted: string | null) =>
    (wanted === null ? sql.nextEntry.get(tenant) : sql.nextEntryOf.get(tenant, wanted)) as
      | { run: string; lane: number; place: number }
      | undefined;
  const drop = (entry: { tenant: string; lane: number; place: number }): void => {
    sql.delete.run(entry.tenant, entry.lane, entry.place);
    sql.laneLoses.run(entry.tenant, entry.lane);
    sql.tenantWaits.run(-1, entry.tenant);
    sql.totalWaits.run(-1);
  };

  return {
    add: (entry, runningCap) => insert(entry, openLane(entry, runningCap, 1) - 1),
    putBack: (entry) => {
      openLane(entry, null, 0);
      const { front } = sql.front.get(entry.tenant, entry.lane) as { front: number | null };
      insert(entry, (front ?? 0) - 1);
    },
    needs: () => (sql.needs.all() as { needs: string }[]).map(({ needs }) => needs),
    take: (wanted = null) => {
      const list = wanted && JSON.stringify(wanted);
      const tenant = nextTenant(list);
      if (tenant === undefined) return undefined;
      const entry = nextEntry(tenant.name, list);
      if (entry === undefined) throw new Error(`The queue of ${tenant.name} is shorter than said`);
      drop({ ...entry, tenant: tenant.name });
      presentMs = Math.max(presentMs, tenant.virtual_ms);
      sql.charge.run(presentMs + tenant.cost_ms, 1, tenant.name);
      return { run: entry.run, tenant: tenant.name, chargedMs: tenant.cost_ms };
    },
    remove: (run) => {
      const entry = sql.find.get(run) as
        | { tenant: string; lane: number; place: number }
        | undefined;
      if (entry !== undefined) drop(entry);
      return entry !== undefined;
    },
    leave: ({ tenant, chargedMs }, tookMs) => {
      if (tookMs === null) {
        sql.free.run(tenant);
        return;
      }
      meanMs = nextMean(meanMs, tookMs);
      sql.leave.run(tookMs - chargedMs, newest, Math.max(1, tookMs), tenant);
    },
    expired: (nowMs, most) =>
      (sql.expired.all(nowMs, most) as { run: string }[]).map(({ run }) => run),
    waiting: (tenant) =>
      tenant === undefined
        ? (sql.total.get() as { queued: number }).queued
        : ((sql.waiting.get(tenant) as { queued: number } | undefined)?.queued ?? 0),
    get meanMs() {
      return meanMs;
    },
  };
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  return {
    present: prepare('SELECT min(virtual_ms) AS present FROM tenants WHERE queued > 0'),
    tenant:
      prepare(`INSERT INTO tenants (name, virtual_ms, cost_ms, running_cap) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET running_cap = coalesce(?, running_cap)`),
    comesBack: prepare(
      'UPDATE tenants SET virtual_ms = max(virtual_ms, ?) WHERE name = ? AND queued = 0',
    ),
    lane: prepare(`INSERT INTO lanes (tenant, lane, queued, next_place) VALUES (?1, ?2, 1, ?3)
      ON CONFLICT DO UPDATE SET queued = queued + 1, next_place = next_place + ?3
      RETURNING next_place`),
    laneLoses: prepare('UPDATE lanes SET queued = queued - 1 WHERE tenant = ? AND lane = ?'),
    front: prepare('SELECT min(place) AS front FROM queue WHERE tenant = ? AND lane = ?'),
    insert: prepare(
      'INSERT INTO queue (tenant, lane, place, run, expires_ms, needs) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    delete: prepare('DELETE FROM queue WHERE tenant = ? AND lane = ? AND place = ?'),
    find: prepare('SELECT tenant, lane, place FROM queue WHERE run = ?'),
    nextTenant: prepare(`SELECT name, virtual_ms, cost_ms, queued FROM tenants
      WHERE queued > 0 AND running < running_cap ORDER BY virtual_ms LIMIT 1`),
    nextEntry: prepare(
      'SELECT run, lane, place FROM queue WHERE tenant = ? ORDER BY lane, place LIMIT 1',
    ),
    nextTenantOf: prepare(`SELECT name, virtual_ms, cost_ms, queued FROM tenants
      WHERE queued > 0 AND running < running_cap AND EXISTS (SELECT 1 FROM queue
        WHERE tenant = name AND needs IN (SELECT value FROM json_each(?)))
      ORDER BY virtual_ms LIMIT 1`),
    nextEntryOf: prepare(`SELECT run, lane, place FROM queue
      WHERE tenant = ? AND needs IN (SELECT value FROM json_each(?))
      ORDER BY lane, place LIMIT 1`),
    // From one to the next by the index, however many runs have the same.
    needs: prepare(`WITH RECURSIVE each (needs) AS (SELECT min(needs) FROM queue
        UNION ALL SELECT (SELECT min(needs) FROM queue WHERE needs > each.needs)
          FROM each WHERE each.needs IS NOT NULL)
      SELECT needs FROM each WHERE needs IS NOT NULL`),
    charge: prepare('UPDATE tenants SET virtual_ms = ?, running = running + ? WHERE name = ?'),
    leave: prepare(`UPDATE tenants SET running = max(0, running - 1), virtual_ms = virtual_ms + ?,
      cost_ms = max(1, cost_ms + ? * (? - cost_ms)) WHERE name = ?`),
    free: prepare('UPDATE tenants SET running = max(0, running - 1) WHERE name = ?'),
    tenantWaits: prepare('UPDATE tenants SET queued = queued + ? WHERE name = ?'),
    totalWaits: prepare('UPDATE totals SET queued = queued + ? WHERE only = 1'),
    total: prepare('SELECT queued FROM totals'),
    waiting: prepare('SELECT queued FROM tenants WHERE name = ?'),
    expired: prepare(
      'SELECT run FROM queue WHERE expires_ms <= ? ORDER BY expires_ms, run LIMIT ?',
    ),
  };
}
