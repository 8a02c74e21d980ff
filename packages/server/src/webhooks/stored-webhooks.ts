import { newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Query, Row, Sql } from '../storage/tables/tables.ts';
import {
  type Attempt,
  type Delivery,
  type DeliveryState,
  type DueDelivery,
  keptAttempts,
  leaseMs,
} from './record.ts';
import { type Generation, type Settled, WebhookError, type WebhookStore } from './store.ts';

/** How many deliveries one look takes care of, and how many of one tenant. */
const mostDue = 64;
const mostOfTenant = 8;
const sweepBatch = 500;

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** `WebhookStore` in a database of either kind. */
export function storedWebhooks(
  sql: Sql,
  perTenant: number,
  wall: () => number = Date.now,
): WebhookStore {
  const now = (): string => timeOf(wall());

  return {
    refuseMore: async (tenant) => {
      const count = `SELECT count(*) AS found FROM deliveries WHERE tenant = $1 AND state = 'waiting'`;
      const [row] = await sql.query(count, tenant);
      if (Number(row?.['found']) < perTenant) return;
      throw new WebhookError(
        'quota',
        `${perTenant} webhooks of the tenant ${shown(tenant)} wait already, and webhooks.perTenant allows no more.`,
      );
    },
    expect: (tenant, runId, url) =>
      sql.transaction(tenant, async (query) => {
        // The run tells of its end when it comes; this is for when nobody heard it.
        await query(
          `INSERT INTO deliveries VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5, $5)
             ON CONFLICT (run_id) DO NOTHING`,
          newId('whd'),
          tenant,
          runId,
          JSON.stringify(url),
          now(),
        );
      }),
    ended: (tenant, runId) =>
      sql.transaction(tenant, async (query) => {
        const due = `UPDATE deliveries SET due_at = $1
          WHERE run_id = $2 AND state = 'waiting' AND tries = 0 AND due_at > $1`;
        await query(due, now(), runId);
      }),
    find: (tenant, runId) => find(sql.query, tenant, runId),
    replay: async (tenant, runId) => {
      const there = await find(sql.query, tenant, runId);
      if (there === undefined) {
        throw new WebhookError('no_delivery', `The run ${shown(runId)} has no webhook.`);
      }
      return sql.transaction(there.tenant, async (query) => {
        await query(
          `UPDATE deliveries SET state = 'waiting', tries = 0, due_at = $1, updated_at = $1
             WHERE id = $2`,
          now(),
          there.id,
        );
        return (await find(query, tenant, runId)) ?? there;
      });
    },
    due: async (nowMs) => {
      const rows = await sql.query(
        `SELECT * FROM (
           SELECT deliveries.*, row_number() OVER (PARTITION BY tenant ORDER BY due_at, id) AS place
             FROM deliveries WHERE state = 'waiting' AND due_at <= $1
         ) AS ranked WHERE place <= $2 ORDER BY place, due_at, id LIMIT $3`,
        timeOf(nowMs),
        mostOfTenant,
        mostDue,
      );
      return rows.map(dueOf);
    },
    postpone: (dues) =>
      sql.transaction('', async (query) => {
        const later = `UPDATE deliveries SET due_at = $1
          WHERE id = $2 AND due_at = $3 AND state = 'waiting'`;
        for (const [{ id, dueAt }, ms] of dues) await query(later, timeOf(ms), id, dueAt);
      }),
    claim: (due, nowMs) =>
      sql.transaction(due.tenant, async (query) => {
        const [row] = await query(
          `UPDATE deliveries SET due_at = $1
             WHERE id = $2 AND due_at = $3 AND state = 'waiting' RETURNING *`,
          timeOf(nowMs + leaseMs),
          due.id,
          due.dueAt,
        );
        return row && dueOf(row);
      }),
    settle: (claimed, settled) =>
      sql.transaction(claimed.tenant, (query) => settle(query, claimed, settled, now())),
    nextMs: async () => {
      const next = `SELECT min(due_at) AS due FROM deliveries WHERE state = 'waiting'`;
      const [row] = await sql.query(next);
      const due = row?.['due'] as string | null | undefined;
      return due == null ? null : Date.parse(due);
    },
    generation: (tenant) => generationOf(sql.query, tenant),
    rotate: (tenant) =>
      sql.transaction(tenant, async (query) => {
        await query(
          `INSERT INTO signing VALUES ($1, 1, $2) ON CONFLICT (tenant)
             DO UPDATE SET generation = signing.generation + 1, rotated_at = excluded.rotated_at`,
          tenant,
          now(),
        );
        return generationOf(query, tenant);
      }),
    sweep: (beforeMs) =>
      sql.transaction('', async (query) => {
        const old = `SELECT id FROM deliveries
          WHERE state <> 'waiting' AND updated_at < $1 ORDER BY updated_at LIMIT $2`;
        const batch = [timeOf(beforeMs), sweepBatch] as const;
        await query(`DELETE FROM attempts WHERE delivery_id IN (${old})`, ...batch);
        const gone = await query(
          `DELETE FROM deliveries WHERE id IN (${old}) RETURNING id`,
          ...batch,
        );
        return gone.length;
      }),
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}

async function find(
  query: Query,
  tenant: string | null,
  runId: string,
): Promise<Delivery | undefined> {
  const one = 'SELECT * FROM deliveries WHERE run_id = $1 AND tenant = coalesce($2, tenant)';
  const [row] = await query(one, runId, tenant);
  if (row === undefined) return undefined;
  const id = String(row['id']);
  const made = await query('SELECT * FROM attempts WHERE delivery_id = $1 ORDER BY at', id);
  const isNext = row['state'] === 'waiting' && made.length > 0;
  return {
    id,
    tenant: String(row['tenant']),
    runId: String(row['run_id']),
    url: urlOf(row),
    state: row['state'] as DeliveryState,
    nextAt: isNext ? String(row['due_at']) : null,
    createdAt: String(row['created_at']),
    attempts: made.map(attemptOf),
  };
}

async function settle(
  query: Query,
  { id, dueAt }: DueDelivery,
  settled: Settled,
  now: string,
): Promise<boolean> {
  const { state, attempt } = settled;
  const changed = await query(
    `UPDATE deliveries SET state = $1, due_at = $2, tries = tries + $3, updated_at = $4
       WHERE id = $5 AND due_at = $6 AND state = 'waiting' RETURNING id`,
    state,
    'dueMs' in settled ? timeOf(settled.dueMs) : dueAt,
    attempt === null ? 0 : 1,
    now,
    id,
    dueAt,
  );
  if (changed.length === 0) return false;
  if (attempt === null) return true;
  await query(
    'INSERT INTO attempts VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    id,
    attempt.at,
    attempt.status,
    Math.round(attempt.durationMs),
    JSON.stringify(attempt.detail),
  );
  await query(
    `DELETE FROM attempts WHERE delivery_id = $1 AND at NOT IN
       (SELECT at FROM attempts WHERE delivery_id = $1 ORDER BY at DESC LIMIT $2)`,
    id,
    keptAttempts,
  );
  return true;
}

async function generationOf(query: Query, tenant: string): Promise<Generation> {
  const [row] = await query('SELECT * FROM signing WHERE tenant = $1', tenant);
  if (row === undefined) return { number: 0, rotatedAt: null };
  return { number: Number(row['generation']), rotatedAt: String(row['rotated_at']) };
}

const urlOf = (row: Row): string => JSON.parse(String(row['url'])) as string;

function dueOf(row: Row): DueDelivery {
  return {
    id: String(row['id']),
    tenant: String(row['tenant']),
    runId: String(row['run_id']),
    url: urlOf(row),
    tries: Number(row['tries']),
    dueAt: String(row['due_at']),
    createdAt: String(row['created_at']),
  };
}

function attemptOf(row: Row): Attempt {
  return {
    at: String(row['at']),
    status: row['status'] as number | null,
    durationMs: Number(row['duration_ms']),
    detail: JSON.parse(String(row['detail'])) as string | null,
  };
}
