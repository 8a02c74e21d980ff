import type { ClientBase } from 'pg';
import { addressOf, cannotOpen } from '../storage/address.ts';
import { connect, pooled } from '../storage/connect.ts';
import { migrate } from '../storage/migrate.ts';
import { faultOf } from '../storage/postgres-faults.ts';
import { migrationsIn, type Query, type Row, type Sql } from './sql.ts';

export const functionsSchema = {
  name: 'castellan_functions',
  steps: migrationsIn({ text: 'text COLLATE "C"', endOfTable: '' }),
} as const;

/** Of the advisory locks that only whoever changes functions takes; the other half is the tenant. */
const lockFamily = 0x6366_6e73;

/** Functions in the database of the store, in a schema of their own. */
export async function postgresFunctions(url: string): Promise<Sql> {
  const address = addressOf(url);
  const { where } = address;
  let client;
  try {
    client = await connect(address, functionsSchema.name);
    await migrate(client, functionsSchema, where);
  } catch (error) {
    throw cannotOpen(address, error);
  } finally {
    await client?.end();
  }
  const pool = pooled(address, functionsSchema.name, 2);
  const faulty = (error: unknown): never => {
    throw faultOf(error, where);
  };
  const queryOf =
    (asked: Pick<ClientBase, 'query'>): Query =>
    async (sql, ...values) =>
      (await asked.query<Row>(sql, values).catch(faulty)).rows;

  return {
    query: queryOf(pool),
    transaction: async (tenant, work) => {
      const session = await pool.connect().catch(faulty);
      const query = queryOf(session);
      let isBroken = false;
      try {
        await query('BEGIN');
        await query('SELECT pg_advisory_xact_lock($1, hashtext($2))', lockFamily, tenant);
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        isBroken = await session.query('ROLLBACK').then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        session.release(isBroken);
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
