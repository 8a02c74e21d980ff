import { shown } from '@castellan/protocol/kinds';
import type { Query, Row, Sql } from '../storage/tables/tables.ts';
import {
  type Kv,
  type KvAnswer,
  type KvBounds,
  type KvEntry,
  KvError,
  type KvQuestion,
} from './kv.ts';

type Of<Op extends KvQuestion['op']> = Extract<KvQuestion, { readonly op: Op }>;

/** Expired entries of tenants that change nothing any more are removed this often. */
const sweepMs = 60_000;
const sweptTenants = 100;

/** `Kv` in a database of either kind, but for the rate. `onFault` hears of a sweep that failed. */
export function storedKv(
  sql: Sql,
  bounds: KvBounds,
  onFault: (error: unknown) => void,
  nowMs: () => number = Date.now,
): Kv {
  const now = (): string => new Date(nowMs()).toISOString();

  const find = async (query: Query, tenant: string, key: string): Promise<Row | undefined> => {
    const one = `SELECT * FROM entries WHERE tenant = $1 AND name = $2
      AND (expires_at IS NULL OR expires_at > $3)`;
    return (await query(one, tenant, key, now()))[0];
  };

  /** Removes what has expired: inside of a change, so that nobody's total counts what nobody sees. */
  const expire = async (query: Query, tenant: string): Promise<void> => {
    const gone = await query(
      'DELETE FROM entries WHERE tenant = $1 AND expires_at <= $2 RETURNING bytes',
      tenant,
      now(),
    );
    if (gone.length > 0) await count(query, tenant, -gone.length, -sum(gone));
  };

  const change = <Result>(
    tenant: string,
    { key, ifVersion }: Pick<Of<'delete'>, 'key' | 'ifVersion'>,
    work: (query: Query, old: Row | undefined) => Promise<Result>,
  ): Promise<Result | null> =>
    sql.transaction(tenant, async (query) => {
      await expire(query, tenant);
      const old = await find(query, tenant, key);
      if (ifVersion !== null && Number(old?.['version'] ?? 0) !== ifVersion) return null;
      return work(query, old);
    });

  const set = (tenant: string, question: Of<'set'>): Promise<KvEntry | null> =>
    change(tenant, question, async (query, old) => {
      const { key, value, ttlMs } = question;
      const bytes = Buffer.byteLength(key) + Buffer.byteLength(value);
      const more = bytes - Number(old?.['bytes'] ?? 0);
      const totals = await count(query, tenant, old === undefined ? 1 : 0, more);
      if (old === undefined || more > 0) refuseMore(tenant, totals, bounds);
      const version = Number(totals['version']);
      const expiresAt = ttlMs === null ? null : new Date(nowMs() + ttlMs).toISOString();
      await query(
        `INSERT INTO entries VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, name)
           DO UPDATE SET value = excluded.value, bytes = excluded.bytes,
             version = excluded.version, expires_at = excluded.expires_at`,
        tenant,
        key,
        value,
        bytes,
        version,
        expiresAt,
      );
      return { version, expiresAt };
    });

  const remove = (tenant: string, question: Of<'delete'>): Promise<boolean | null> =>
    change(tenant, question, async (query, old) => {
      if (old === undefined) return false;
      await query('DELETE FROM entries WHERE tenant = $1 AND name = $2', tenant, question.key);
      await count(query, tenant, -1, -Number(old['bytes']));
      return true;
    });

  const list = async (tenant: string, { prefix, after, limit }: Of<'list'>) => {
    const rows = await sql.query(
      `SELECT name, version, expires_at FROM entries
         WHERE tenant = $1 AND name >= $2 AND name > $3 AND substr(name, 1, length($2)) = $2
           AND (expires_at IS NULL OR expires_at > $4)
         ORDER BY name LIMIT $5`,
      tenant,
      prefix,
      after,
      now(),
      limit + 1,
    );
    const items = rows
      .slice(0, limit)
      .map((row) => ({ key: String(row['name']), ...entryOf(row) }));
    return { items, nextAfter: rows.length > limit ? (items.at(-1)?.key ?? null) : null };
  };

  const sweep = async (): Promise<void> => {
    const some = `SELECT DISTINCT tenant FROM entries WHERE expires_at <= $1 LIMIT ${sweptTenants}`;
    for (const row of await sql.query(some, now())) {
      const tenant = String(row['tenant']);
      await sql.transaction(tenant, (query) => expire(query, tenant));
    }
  };
  let sweeping = sweep().catch(onFault);
  const timer = setInterval(() => {
    sweeping = sweep().catch(onFault);
  }, sweepMs).unref();

  return {
    ask: async (tenant, question) => {
      switch (question.op) {
        case 'get': {
          const row = await find(sql.query, tenant, question.key);
          if (row === undefined) return plain(null);
          return { json: JSON.stringify(entryOf(row)), value: String(row['value']) };
        }
        case 'set':
          return plain(await set(tenant, question));
        case 'delete':
          return plain(await remove(tenant, question));
        case 'list':
          return plain(await list(tenant, question));
      }
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await sweeping;
      await sql[Symbol.asyncDispose]();
    },
  };
}

function plain(answer: unknown): KvAnswer {
  return { json: JSON.stringify(answer), value: null };
}

function entryOf(row: Row): KvEntry {
  return { version: Number(row['version']), expiresAt: row['expires_at'] as string | null };
}

/** Counts a change, and returns the totals with the next version. */
async function count(query: Query, tenant: string, entries: number, bytes: number): Promise<Row> {
  const [row] = await query(
    `INSERT INTO totals VALUES ($1, 1, $2, $3) ON CONFLICT (tenant)
       DO UPDATE SET version = totals.version + 1, entries = totals.entries + $2,
         bytes = totals.bytes + $3
     RETURNING version, entries, bytes`,
    tenant,
    entries,
    bytes,
  );
  if (row === undefined) throw new Error('A row is gone in the statement that wrote it');
  return row;
}

/** What is thrown in a transaction undoes it. */
function refuseMore(tenant: string, totals: Row, { entries, tenantBytes }: KvBounds): void {
  const whose = `the tenant ${shown(tenant)}`;
  if (Number(totals['entries']) > entries) {
    throw new KvError(
      'kv_full',
      `kv.set: ${whose} has ${entries} keys, and kv.entries allows no more. Delete some, or give them a ttlMs.`,
    );
  }
  if (Number(totals['bytes']) > tenantBytes) {
    throw new KvError(
      'kv_full',
      `kv.set: with this value the keys and values of ${whose} would take ${Number(totals['bytes'])} bytes, and kv.tenantBytes is ${tenantBytes}. Delete some, or store less.`,
    );
  }
}

function sum(rows: readonly Row[]): number {
  return rows.reduce((total, row) => total + Number(row['bytes']), 0);
}
