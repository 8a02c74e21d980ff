import type { Client } from 'pg';
import { type Address, addressOf, cannotOpen } from '../storage/address.ts';
import { connect } from '../storage/connect.ts';
import { migrate, type Schema, versionOf } from '../storage/migrate.ts';
import { codeOf } from '../storage/postgres-faults.ts';
import { own } from '../storage/ownership.ts';
import { retiredName } from '../storage/retired.ts';
import { schemaRows } from './schema-rows.ts';
import type { Side } from './side.ts';

/** How long the database may count what it has, where there are millions of runs. */
const answerMs = 24 * 60 * 60 * 1_000;
/** How long the lock of a service that has just been stopped may take to be free. */
const patienceMs = 1_000;

const copyOf = (schema: Schema): Schema => ({ ...schema, name: `${schema.name}_copy` });

/**
 * The stores in the schemas of a database. Throws `invalid_option` if it cannot be used; `said` says
 * of a later error what is wrong with it.
 */
export async function databaseSide(url: string): Promise<Side & { said(error: unknown): unknown }> {
  const address = addressOf(url);
  try {
    await using opened = new AsyncDisposableStack();
    let isGone = false;
    const client = await connect(address, 'pg_catalog', () => (isGone = true), answerMs);
    opened.defer(() => client.end());
    await own(client, address, 'whole', patienceMs);
    const said = (error: unknown): unknown =>
      isGone || codeOf(error) !== undefined ? cannotOpen(address, error) : error;
    return { ...sideOf(client, address, opened.move()), said };
  } catch (error) {
    throw cannotOpen(address, error);
  }
}

function sideOf(client: Client, { where }: Address, held: AsyncDisposable): Side {
  /** Schemas that are ours. */
  const known = new Set<string>();
  const make = async (schema: Schema): Promise<void> => {
    await client.query(`SET search_path = ${schema.name}`);
    await migrate(client, schema, where);
    await client.query('SET search_path = pg_catalog');
  };
  const drop = (name: string): string => `DROP SCHEMA IF EXISTS ${name} CASCADE`;
  const isThere = async (name: string): Promise<boolean> => {
    const { rows } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [name]);
    return rows.length > 0;
  };

  return {
    name: `the database ${where}`,
    stored: async ({ schema }) => {
      if ((await versionOf(client, schema.name)) === 0) return undefined;
      await make(schema);
      known.add(schema.name);
      return schemaRows(client, schema.name);
    },
    copied: async ({ schema }) => {
      await make(copyOf(schema));
      return schemaRows(client, copyOf(schema).name);
    },
    discard: async ({ schema }) => void (await client.query(drop(copyOf(schema).name))),
    publish: async (stores) => {
      const steps = stores.flatMap(({ schema, count }) => [
        ...count(copyOf(schema).name),
        // Ours and empty, or with nothing in it.
        known.has(schema.name) ? drop(schema.name) : `DROP SCHEMA IF EXISTS ${schema.name}`,
        `ALTER SCHEMA ${copyOf(schema).name} RENAME TO ${schema.name}`,
      ]);
      await client.query(['BEGIN', ...steps, 'COMMIT'].join('; '));
    },
    retire: async (stores) => {
      const retired: string[] = [];
      for (const { schema } of stores) {
        let to = retiredName(schema.name);
        for (let number = 2; await isThere(to); number++) to = retiredName(schema.name, number);
        await client.query(`ALTER SCHEMA ${schema.name} RENAME TO ${to}`);
        retired.push(`${where}, schema ${to}`);
      }
      return retired;
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}
