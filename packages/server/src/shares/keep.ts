import { randomBytes } from 'node:crypto';
import { JsonText } from '@castellan/protocol/json';
import type { Database, Query, Row } from './database.ts';
import { type Share, type ShareRules, type Shares, ShareRefusal } from './shares.ts';

/** One counts at least this much, so that many small ones are bounded, too. */
const leastBytes = 4_096;

/** Whoever guesses one has 2^128 to try. */
const idForm = /^shr_[\w-]{22}$/;

/** Expired ones are removed this often, besides at each that is kept. */
const sweepMs = 60_000;

const columns = 'id, created_ms, expires_ms';
const isMine = 'coalesce($2, tenant) = tenant';

/** Removes the oldest of a tenant until so many bytes are left. */
const trim = `DELETE FROM shares WHERE tenant = $1 AND id IN (
  SELECT id FROM (
    SELECT id, sum(bytes) OVER (ORDER BY created_ms DESC, id DESC) AS upto
    FROM shares WHERE tenant = $1
  ) AS ages WHERE upto > $2
)`;

/** Shares in a database, under rules. `onFault` hears of a sweep that failed. */
export function sharesIn(
  database: Database,
  rules: ShareRules,
  onFault: (error: unknown) => void,
  now: () => number = Date.now,
): Shares {
  const expire = async (query: Query): Promise<void> => {
    await query('DELETE FROM shares WHERE expires_ms <= $1', now());
  };
  const sweep = (): Promise<void> => database.transact(expire).catch(onFault);
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, sweepMs).unref();

  /** What is known of one that is in force, after `sql` has found it. */
  const one = async (sql: string, tenant: string | null, id: string): Promise<Row | undefined> => {
    if (!idForm.test(id)) return undefined;
    const [row] = await database.transact((query) => query(sql, id, tenant, now()));
    return row;
  };

  return {
    keep: (tenant, { text }) =>
      database.transact(async (query) => {
        const bytes = Math.max(leastBytes, Buffer.byteLength(text));
        if (bytes > rules.tenantBytes) {
          const most = `shares.tenantBytes allows ${rules.tenantBytes}`;
          throw new ShareRefusal('too_large', `The share is ${bytes} bytes long, and ${most}.`);
        }
        await expire(query);
        await query(trim, tenant, rules.tenantBytes - bytes);
        const [{ total = 0 } = {}] = await query('SELECT sum(bytes) AS total FROM shares');
        if (Number(total) + bytes > rules.bytes) {
          const taken = `The shares of all tenants take ${Number(total)} bytes`;
          throw new ShareRefusal('full', `${taken}, and shares.bytes allows ${rules.bytes}.`);
        }
        const id = `shr_${randomBytes(16).toString('base64url')}`;
        const [created, expires] = [now(), now() + rules.keepMs];
        await query(
          'INSERT INTO shares VALUES ($1, $2, $3, $4, $5, $6)',
          id,
          tenant,
          created,
          expires,
          bytes,
          text,
        );
        return shareOf({ id, created_ms: created, expires_ms: expires });
      }),
    open: async (tenant, id) => {
      const where = `id = $1 AND ${isMine} AND expires_ms > $3`;
      const row = await one(`SELECT ${columns}, body FROM shares WHERE ${where}`, tenant, id);
      return row && { ...shareOf(row), request: new JsonText(String(row['body'])) };
    },
    forget: async (tenant, id) => {
      const where = `id = $1 AND ${isMine} AND expires_ms > $3`;
      const row = await one(`DELETE FROM shares WHERE ${where} RETURNING ${columns}`, tenant, id);
      return row && shareOf(row);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await sweeping;
      await database[Symbol.asyncDispose]();
    },
  };
}

function shareOf(row: Row): Share {
  const time = (column: string): string => new Date(Number(row[column])).toISOString();
  return { id: String(row['id']), createdAt: time('created_ms'), expiresAt: time('expires_ms') };
}
