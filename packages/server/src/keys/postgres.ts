import { randomBytes } from 'node:crypto';
import type { Client, Pool, QueryResultRow } from 'pg';
import { addressOf, cannotOpen } from '../storage/address.ts';
import { connect, pooled } from '../storage/connect.ts';
import { migrate } from '../storage/migrate.ts';
import { own } from '../storage/ownership.ts';
import { faultOf } from '../storage/postgres-faults.ts';
import type { KeyAdmin } from './admin.ts';
import { inForce, issue, recordOf } from './record.ts';
import { hashOf } from './secret.ts';

/** How long another process may hold the database for itself. */
const patienceMs = 3_000;

/** Migrations forward only: the statement at index n takes the schema from version n to n + 1. */
const steps = [
  `CREATE TABLE keys (
    id text COLLATE "C" PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    name text NOT NULL,
    tenant text NOT NULL,
    may_name_tenant integer NOT NULL,
    policies text NOT NULL,
    scopes text NOT NULL,
    created_at text NOT NULL,
    expires_at text,
    revoked_at text
  );
  CREATE TABLE secrets (name text PRIMARY KEY, value bytea NOT NULL);`,
];

export const keysSchema = { name: 'castellan_keys', steps } as const;

/**
 * Keys in the database of the store, in a schema of their own: a user of the database that may read
 * runs needs no right to them. Each request asks the database, so a revoked key ends at once.
 */
export async function postgresKeys(url: string): Promise<KeyAdmin> {
  const address = addressOf(url);
  const { where } = address;
  let tokenSecret: Uint8Array;
  let client: Client | undefined;
  try {
    client = await connect(address, keysSchema.name);
    // Not while they are moved elsewhere.
    await own(client, address, 'shared', patienceMs);
    await migrate(client, keysSchema, where);
    tokenSecret = await secretIn(client, 'run tokens');
  } catch (error) {
    throw cannotOpen(address, error);
  } finally {
    await client?.end();
  }
  const pool: Pool = pooled(address, keysSchema.name, 2);
  const query = async <Row extends QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ) => {
    try {
      return await pool.query<Row>({ name, text, values });
    } catch (error) {
      throw faultOf(error, where);
    }
  };
  // Keys are never deleted, so a store that held one is never empty again.
  let wasEmpty = true;

  return {
    tokenSecret,
    isEmpty: async () => {
      if (wasEmpty) {
        const { rows } = await query('any', 'SELECT FROM keys LIMIT 1', []);
        wasEmpty = rows.length === 0;
      }
      return wasEmpty;
    },
    find: async (key) => {
      const hash = hashOf(key);
      if (hash === undefined) return undefined;
      const { rows } = await query('find', 'SELECT * FROM keys WHERE hash = $1', [hash]);
      return rows[0] && inForce(recordOf(rows[0]));
    },
    holder: async (id) => {
      const { rows } = await query('holder', 'SELECT * FROM keys WHERE id = $1', [id]);
      return rows[0] && inForce(recordOf(rows[0]));
    },
    create: async (grant) => {
      const { id, key, row } = issue(grant);
      const values = 'VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)';
      await query('create', `INSERT INTO keys ${values}`, [...row]);
      return { id, key };
    },
    list: async () =>
      (await query('list', 'SELECT * FROM keys ORDER BY id', [])).rows.map(recordOf),
    revoke: async (id) => {
      const { rowCount } = await query(
        'revoke',
        'UPDATE keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL',
        [new Date().toISOString(), id],
      );
      return rowCount === 1;
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** The secret of this name: 32 bytes, made when it is first asked for. */
async function secretIn(client: Client, name: string): Promise<Uint8Array> {
  await client.query('INSERT INTO secrets VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    randomBytes(32),
  ]);
  const { rows } = await client.query<{ value: Uint8Array }>(
    'SELECT value FROM secrets WHERE name = $1',
    [name],
  );
  return rows[0]?.value ?? new Uint8Array();
}
