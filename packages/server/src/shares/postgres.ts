import type { Client, Pool } from 'pg';
import { addressOf, cannotOpen } from '../storage/address.ts';
import { connect, pooled } from '../storage/connect.ts';
import { locks, migrate } from '../storage/migrate.ts';
import { faultOf } from '../storage/postgres-faults.ts';
import type { Database, Query, Row } from './database.ts';

/** Migrations forward only: the statement at index n takes the schema from version n to n + 1. */
const steps = [
  `CREATE TABLE shares (
    id text COLLATE "C" PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    created_ms double precision NOT NULL,
    expires_ms double precision NOT NULL,
    bytes bigint NOT NULL,
    body text NOT NULL
  );
  CREATE INDEX shares_by_tenant ON shares (tenant, created_ms, id) INCLUDE (bytes);
  CREATE INDEX shares_by_end ON shares (expires_ms);`,
];

export const sharesSchema = { name: 'castellan_shares', steps } as const;

/** Shares in the database of the store, in a schema of their own. */
export async function postgresShares(url: string): Promise<Database> {
  const address = addressOf(url);
  const { where } = address;
  let first: Client | undefined;
  try {
    first = await connect(address, sharesSchema.name);
    await migrate(first, sharesSchema, where);
  } catch (error) {
    throw cannotOpen(address, error);
  } finally {
    await first?.end();
  }
  const pool: Pool = pooled(address, sharesSchema.name, 2);
  const asked = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    answer.catch((error: unknown) => {
      throw faultOf(error, where);
    });

  return {
    async transact(work) {
      const client = await asked(pool.connect());
      let isLost = false;
      const query: Query = async (sql, ...values) =>
        (await asked(client.query<Row>(sql, [...values]))).rows;
      try {
        await query('BEGIN');
        await query('SELECT pg_advisory_xact_lock($1, $2)', locks.family, locks.shares);
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        await query('ROLLBACK').catch(() => (isLost = true));
        throw error;
      } finally {
        client.release(isLost);
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
