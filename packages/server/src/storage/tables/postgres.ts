import type { ClientBase } from 'pg';
import { addressOf, cannotOpen } from '../address.ts';
import { connect, pooled } from '../connect.ts';
import { migrate, type Schema } from '../migrate.ts';
import { faultOf } from '../postgres-faults.ts';
import type { Query, Row, Sql, Tables } from './tables.ts';

/** The tables as a schema of the database. */
export function schemaOf({ schema, migrations }: Tables): Schema {
  return {
    name: schema,
    steps: migrations({ text: 'text COLLATE "C"', whole: 'bigint', endOfTable: '' }),
  };
}

/** Opens the tables in the database of the store, in a schema of their own. */
export async function postgresTables(tables: Tables, url: string): Promise<Sql> {
  const address = addressOf(url);
  const { where } = address;
  let client;
  try {
    client = await connect(address, tables.schema);
    await migrate(client, schemaOf(tables), where);
  } catch (error) {
    throw cannotOpen(address, error);
  } finally {
    await client?.end();
  }
  const pool = pooled(address, tables.schema, 2);
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
        await query('SELECT pg_advisory_xact_lock($1, hashtext($2))', tables.lockFamily, tenant);
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
