import { CastellanError } from '@castellan/protocol';
import type { Client } from 'pg';
import { retiredName } from './retired.ts';

/** Keys of advisory locks, below one of our own, so that other programs' do not meet them. */
export const locks = {
  family: 0x63617374,
  owner: 1,
  migration: 2,
  sweeper: 3,
  shares: 4,
} as const;

/**
 * A schema, and its migrations: each upgrades it by one version. Functions have no history: those of
 * the newest version replace all others, and understand services of the version before, which go on
 * until they are stopped.
 */
export interface Schema {
  readonly name: string;
  readonly steps: readonly string[];
  readonly functions?: string;
}

/**
 * Upgrades a schema to the newest version, all or nothing, and makes it the one of this session. Only
 * a backup leads back.
 */
export async function migrate(
  client: Client,
  { name, steps, functions = '' }: Schema,
  where: string,
): Promise<void> {
  await client.query('BEGIN');
  try {
    // Whoever comes second finds nothing to do.
    await client.query('SELECT pg_advisory_xact_lock($1, $2)', [locks.family, locks.migration]);
    await refuseEncoding(client, where);
    const from = await versionOf(client, name);
    refuseNewer(from, steps, where);
    if (from === 0) {
      await refuseRetired(client, name, where);
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
      await client.query('CREATE TABLE version (version integer NOT NULL)');
      await client.query('INSERT INTO version VALUES (0)');
    }
    for (const step of steps.slice(from)) await client.query(step);
    if (from < steps.length) await client.query(functions);
    await client.query('UPDATE version SET version = $1', [steps.length]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Whoever goes on without what was moved would start anew, and not notice. */
async function refuseRetired(client: Client, name: string, where: string): Promise<void> {
  const retired = retiredName(name);
  const { rows } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [retired]);
  if (rows.length === 0) return;
  throw new CastellanError('invalid_option', `What ${where} had was moved into a data folder.`, {
    fix: `start without store.url, or rename the schema ${retired} to start anew in the database`,
    option: 'store.url',
  });
}

/** The version of a schema; 0 where there is none. */
export async function versionOf(client: Client, name: string): Promise<number> {
  const { rows } = await client.query<{ known: string | null }>(
    'SELECT to_regclass($1)::text AS known',
    [`${name}.version`],
  );
  if (rows[0]?.known == null) return 0;
  const found = await client.query<{ version: number }>(`SELECT version FROM ${name}.version`);
  return found.rows[0]?.version ?? 0;
}

/** Throws `invalid_option` for a database that cannot hold all texts. */
export async function refuseEncoding(client: Client, where: string): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding ?? '';
  if (encoding === 'UTF8') return;
  throw new CastellanError(
    'invalid_option',
    `The database ${where} has the encoding ${encoding}, and texts of scripts need UTF8.`,
    { fix: 'make it with createdb --encoding=UTF8 --template=template0', option: 'store.url' },
  );
}

/** Throws `invalid_option` for a schema that a newer Castellan has written. */
export function refuseNewer(version: number, { length }: readonly string[], where: string): void {
  if (version <= length) return;
  throw new CastellanError(
    'invalid_option',
    `The database ${where} has version ${version}, and this Castellan knows versions up to ${length}.`,
    { fix: 'start the newer Castellan, or put a backup back', option: 'store.url' },
  );
}
