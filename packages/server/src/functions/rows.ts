import { shown } from '@castellan/protocol/kinds';
import type { FunctionRecord, Pointer, VersionRecord } from './record.ts';
import { FunctionError } from './store.ts';
import type { Query, Row } from '../storage/tables/tables.ts';

/** Rows of functions, each as often as it has aliases. */
export function joined(functions: string): string {
  return `SELECT found.*, alias, version, percent FROM (${functions}) AS found
    LEFT JOIN aliases ON function_id = found.id`;
}

export async function find(query: Query, tenant: string, name: string) {
  const one = `${joined('SELECT * FROM functions WHERE tenant = $1 AND name = $2')} ORDER BY alias`;
  return recordsOf(await query(one, tenant, name))[0];
}

/** Throws where there is no such function. */
export function found(record: FunctionRecord | undefined, name: string): FunctionRecord {
  if (record !== undefined) return record;
  throw new FunctionError('no_function', `There is no function ${shown(name)}.`);
}

export async function newestIn(query: Query, id: string): Promise<VersionRecord | undefined> {
  const order = 'WHERE function_id = $1 ORDER BY version DESC LIMIT 1';
  const [row] = await query(`${versionColumns} ${order}`, id);
  return row && versionOf(row);
}

export async function versionIn(query: Query, id: string, version: number) {
  const [row] = await query(
    `${versionColumns} WHERE function_id = $1 AND version = $2`,
    id,
    version,
  );
  return row && versionOf(row);
}

/** All but the definition, which may be large. */
export const versionColumns =
  'SELECT version, hash, bytes, description, policy, created_at, created_by, live_at FROM versions';

export function versionOf(row: Row): VersionRecord {
  return {
    version: Number(row['version']),
    hash: String(row['hash']),
    sizeBytes: Number(row['bytes']),
    description: JSON.parse(String(row['description'])) as string,
    policy: String(row['policy']),
    createdAt: String(row['created_at']),
    createdBy: String(row['created_by']),
    liveAt: row['live_at'] as string | null,
  };
}

export function recordsOf(rows: readonly Row[]): FunctionRecord[] {
  const records = new Map<string, FunctionRecord & { aliases: Record<string, Pointer> }>();
  for (const row of rows) {
    const id = String(row['id']);
    const record = records.get(id) ?? {
      id,
      tenant: String(row['tenant']),
      name: String(row['name']),
      newest: Number(row['newest']),
      // Without a prototype: the names are a caller's.
      aliases: Object.create(null) as Record<string, Pointer>,
      createdAt: String(row['created_at']),
      updatedAt: String(row['updated_at']),
    };
    records.set(id, record);
    const alias = row['alias'] as string | null;
    if (alias === null) continue;
    record.aliases[alias] = {
      version: Number(row['version']),
      percent: row['percent'] as number | null,
    };
  }
  return [...records.values()];
}

/** RFC 3339 UTC. */
export function now(): string {
  return new Date().toISOString();
}
