import { newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Query, Sql } from '../storage/tables/tables.ts';
import { admitCron, CronError } from './cron.ts';
import { correctedMs, leaseMs, type ScheduleBounds } from './record.ts';
import { find, found, scheduleOf, tickOf, timeOf } from './rows.ts';
import { type NewSchedule, ScheduleError, type ScheduleStore } from './store.ts';
import { claim, look } from './ticks.ts';

/** The most of which one look takes care; the next one follows at once. */
const batch = 100;

/** A tick that waits, and for no other of its schedule. */
const isNext = `state = 'waiting' AND (in_order = 0 OR at =
  (SELECT min(older.at) FROM ticks AS older
    WHERE older.schedule_id = ticks.schedule_id AND older.state = 'waiting'))`;

/** `ScheduleStore` in a database of either kind. `wall` is milliseconds since 1970. */
export function storedSchedules(
  sql: Sql,
  bounds: ScheduleBounds,
  wall: () => number,
): ScheduleStore {
  const put = async (query: Query, tenant: string, name: string, schedule: NewSchedule) => {
    const { paused, createdBy, ...definition } = schedule;
    const { cron, timezone } = schedule;
    refuseCron(schedule, bounds);
    const now = timeOf(wall());
    const known = await find(query, tenant, name);
    if (known === undefined) await refuseMany(query, tenant, bounds);
    const id = known?.id ?? newId('sch');
    const row = [id, tenant, name, JSON.stringify(definition), Number(paused), now, createdBy];
    await query(
      `INSERT INTO schedules VALUES ($1, $2, $3, $4, $5, $6, NULL, $6, $6, $7)
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, paused = excluded.paused,
           updated_at = excluded.updated_at, created_by = excluded.created_by`,
      ...row,
    );
    await look(query, { id, cron, timezone, paused }, wall());
    return { record: found(await find(query, tenant, name), name), isNew: known === undefined };
  };

  return {
    put: (tenant, name, schedule) =>
      sql.transaction(tenant, (query) => put(query, tenant, name, schedule)),
    find: (tenant, name) => find(sql.query, tenant, name),
    list: async (tenant, { before, limit }) =>
      (
        await sql.query(
          `SELECT * FROM schedules WHERE ($1 = '' OR tenant = $1) AND ($2 = '' OR id < $2)
             ORDER BY id DESC LIMIT $3`,
          tenant ?? '',
          before ?? '',
          limit,
        )
      ).map(scheduleOf),
    pause: (tenant, name, paused) =>
      sql.transaction(tenant, async (query) => {
        const record = found(await find(query, tenant, name), name);
        if (record.paused === paused) return record;
        await query(
          'UPDATE schedules SET paused = $1, updated_at = $2 WHERE id = $3',
          Number(paused),
          timeOf(wall()),
          record.id,
        );
        await look(query, { ...record, paused }, wall());
        return found(await find(query, tenant, name), name);
      }),
    remove: (tenant, name) =>
      sql.transaction(tenant, async (query) => {
        const record = found(await find(query, tenant, name), name);
        await query('DELETE FROM schedules WHERE id = $1', record.id);
        return record;
      }),
    history: async (id, limit) =>
      (
        await sql.query(
          'SELECT * FROM ticks WHERE schedule_id = $1 ORDER BY at DESC LIMIT $2',
          id,
          limit,
        )
      ).map(tickOf),

    due: async (nowMs) =>
      (
        await sql.query(
          `SELECT * FROM schedules WHERE next_at <= $1 OR (next_at IS NOT NULL AND through_at > $2)
             ORDER BY next_at LIMIT ${batch}`,
          timeOf(nowMs),
          timeOf(nowMs + correctedMs),
        )
      ).map(scheduleOf),
    claim: ({ id, tenant }, nowMs) => sql.transaction(tenant, (query) => claim(query, id, nowMs)),
    waiting: async (nowMs) =>
      (
        await sql.query(
          `SELECT schedules.*, at, until_at, row_number() OVER
               (PARTITION BY tenant ORDER BY due_at, at) AS turn
             FROM ticks JOIN schedules ON id = schedule_id
             WHERE ${isNext} AND due_at <= $1 ORDER BY turn, due_at, at LIMIT ${batch}`,
          timeOf(nowMs),
        )
      ).map((row) => ({
        at: String(row['at']),
        untilAt: String(row['until_at']),
        schedule: scheduleOf(row),
      })),
    settle: async ({ at, schedule }, nowMs, work) => {
      const { id, tenant } = schedule;
      const isThis = "schedule_id = $1 AND at = $2 AND state = 'waiting'";
      const leased = await sql.transaction(tenant, async (query) => {
        const [mine] = await query(
          `UPDATE ticks SET due_at = $3 WHERE ${isThis} AND due_at <= $4 RETURNING at`,
          id,
          at,
          timeOf(nowMs + leaseMs),
          timeOf(nowMs),
        );
        const [last] = await query(
          `SELECT run_id FROM ticks WHERE schedule_id = $1 AND state = 'fired'
             ORDER BY at DESC LIMIT 1`,
          id,
        );
        return mine && { lastRunId: (last?.['run_id'] as string | undefined) ?? null };
      });
      if (leased === undefined) return;
      const settled = await work(leased.lastRunId);
      await sql.transaction(tenant, async (query) => {
        if (settled.state === 'waiting') {
          const until = timeOf(settled.untilMs);
          await query(`UPDATE ticks SET due_at = $3 WHERE ${isThis}`, id, at, until);
          return;
        }
        const { state, runId = null, detail } = settled;
        await query(
          `UPDATE ticks SET state = $3, run_id = $4, detail = $5 WHERE ${isThis}`,
          id,
          at,
          state,
          runId,
          detail === undefined ? null : JSON.stringify(detail),
        );
      });
    },
    nextMs: async () => {
      const [row] = await sql.query(
        `SELECT min(at) AS next FROM (SELECT min(next_at) AS at FROM schedules
           UNION ALL SELECT min(due_at) FROM ticks WHERE ${isNext}) AS times`,
      );
      const next = row?.['next'] as string | null;
      return next === null ? null : Date.parse(next);
    },
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}

function refuseCron({ cron, timezone }: NewSchedule, { shortestMs }: ScheduleBounds): void {
  try {
    admitCron(cron, timezone, shortestMs);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    throw new ScheduleError('cron', `${shown(cron)} ${error.message}.`, { cause: error });
  }
}

async function refuseMany(query: Query, tenant: string, { perTenant }: ScheduleBounds) {
  const [row] = await query('SELECT count(*) AS found FROM schedules WHERE tenant = $1', tenant);
  if (Number(row?.['found']) < perTenant) return;
  throw new ScheduleError(
    'quota',
    `The tenant ${shown(tenant)} has ${perTenant} schedules, and schedules.perTenant allows no more. Delete one.`,
  );
}
