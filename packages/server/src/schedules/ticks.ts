import { createHash } from 'node:crypto';
import type { Query } from '../storage/tables/tables.ts';
import { decide, readCron } from './cron.ts';
import {
  correctedMs,
  keptTicks,
  lateMs,
  mostMadeUp,
  mostWaiting,
  patientMs,
  type ScheduleRecord,
  type Tick,
} from './record.ts';
import { scheduleOf, timeOf } from './rows.ts';

/** Writes down the ticks that a schedule has come to, in a transaction of its tenant. */
export async function claim(query: Query, id: string, nowMs: number): Promise<void> {
  const [row] = await query('SELECT * FROM schedules WHERE id = $1', id);
  // Another process was here before, or it was changed meanwhile.
  if (row === undefined || row['next_at'] === null) return;
  const schedule = scheduleOf(row);
  const throughMs = Date.parse(String(row['through_at']));
  const wasCorrected = throughMs > nowMs + correctedMs;
  const instants = readCron(schedule.cron, schedule.timezone);
  if (!wasCorrected && nowMs > throughMs) {
    const { fire, missed } = decide(instants, schedule, throughMs, nowMs);
    if (missed !== null) {
      const count = missed.count > mostMadeUp ? `More than ${mostMadeUp}` : `${missed.count}`;
      const detail = `${count} up to this one came while nobody could start them.`;
      await note(query, id, { at: timeOf(missed.last), state: 'missed', runId: null, detail });
    }
    for (const at of fire) await come(query, schedule, at, nowMs);
  }
  // What was written under a time that was wrong is no tick; its runs have their idempotency keys.
  if (wasCorrected) {
    await query('DELETE FROM ticks WHERE schedule_id = $1 AND at > $2', id, timeOf(nowMs));
  }
  const from = wasCorrected ? nowMs : Math.max(nowMs, throughMs);
  await look(query, schedule, from);
  await query(
    `DELETE FROM ticks WHERE schedule_id = $1 AND state <> 'waiting' AND at NOT IN
       (SELECT at FROM ticks WHERE schedule_id = $1 ORDER BY at DESC LIMIT $2)`,
    id,
    keptTicks,
  );
}

/** Says that all ticks up to `throughMs` are decided, and when the next one is. */
export async function look(
  query: Query,
  { id, cron, timezone, paused }: Pick<ScheduleRecord, 'id' | 'cron' | 'timezone' | 'paused'>,
  throughMs: number,
): Promise<void> {
  const next = paused ? null : readCron(cron, timezone).next(throughMs);
  await query(
    'UPDATE schedules SET through_at = $1, next_at = $2 WHERE id = $3',
    timeOf(throughMs),
    next === null ? null : timeOf(next),
    id,
  );
}

async function come(
  query: Query,
  { id, missed, overlap, jitterMs }: ScheduleRecord,
  atMs: number,
  nowMs: number,
): Promise<void> {
  const at = timeOf(atMs);
  const [row] = await query(
    "SELECT count(*) AS found, max(due_at) AS last FROM ticks WHERE schedule_id = $1 AND state = 'waiting'",
    id,
  );
  if (Number(row?.['found']) >= mostWaiting) {
    const detail = `${mostWaiting} ticks before this one wait already.`;
    return note(query, id, { at, state: 'skipped', runId: null, detail });
  }
  const mayWait = missed !== 'skip' || overlap === 'queue';
  const isInOrder = mayWait || overlap === 'skip';
  // One that comes after another is due no sooner.
  const lastMs = isInOrder ? Date.parse((row?.['last'] as string | null) ?? at) : atMs;
  const dueMs = Math.max(lastMs, atMs + Math.floor(jitterMs * shareOf(id, at)));
  const untilMs = Math.max(dueMs, nowMs) + (mayWait ? patientMs : lateMs);
  await query(
    `INSERT INTO ticks VALUES ($1, $2, 'waiting', $3, $4, $5, NULL, NULL) ON CONFLICT DO NOTHING`,
    id,
    at,
    Number(isInOrder),
    timeOf(dueMs),
    timeOf(untilMs),
  );
}

/** From 0 to 1, the same for the same tick wherever it is asked for. */
function shareOf(id: string, at: string): number {
  return createHash('sha256').update(`${id} ${at}`).digest().readUInt32BE() / 2 ** 32;
}

/** A tick that has nothing to wait for. */
async function note(query: Query, id: string, { at, state, detail }: Tick): Promise<void> {
  await query(
    'INSERT INTO ticks VALUES ($1, $2, $3, 0, $2, $2, NULL, $4) ON CONFLICT DO NOTHING',
    id,
    at,
    state,
    JSON.stringify(detail),
  );
}
