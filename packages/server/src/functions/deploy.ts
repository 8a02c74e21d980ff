import { newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { makeLive } from './aliases.ts';
import type { FunctionBounds, NewVersion } from './record.ts';
import { find, found, newestIn, now, versionIn } from './rows.ts';
import { type Deployed, FunctionError } from './store.ts';
import type { Query } from '../storage/tables/tables.ts';

interface Place {
  readonly tenant: string;
  readonly name: string;
}

/** Stores a version, in a transaction of its tenant. */
export async function deploy(
  query: Query,
  { tenant, name }: Place,
  version: NewVersion,
  bounds: FunctionBounds,
): Promise<Deployed> {
  const id = (await find(query, tenant, name))?.id ?? (await make(query, { tenant, name }, bounds));
  const newest = await newestIn(query, id);
  const isNew = newest?.hash !== version.hash;
  const number = isNew ? await nextNumber(query, id) : (newest?.version ?? 0);
  if (isNew) {
    await query(
      'INSERT INTO versions VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9)',
      id,
      number,
      version.hash,
      Buffer.byteLength(version.definition),
      JSON.stringify(version.description),
      version.policy,
      now(),
      version.createdBy,
      version.definition,
    );
  }
  if (version.isLive) await makeLive(query, id, number);
  if (isNew) {
    await removeOldest(query, id, bounds.versions);
    await refuseTooMuch(query, tenant, bounds);
  }
  const record = found(await find(query, tenant, name), name);
  const stored = await versionIn(query, id, number);
  if (stored === undefined) throw new Error('A version is gone in the transaction that made it');
  return { record, version: stored, isNew };
}

async function make(query: Query, { tenant, name }: Place, { perTenant }: FunctionBounds) {
  const [row] = await query('SELECT count(*) AS found FROM functions WHERE tenant = $1', tenant);
  if (Number(row?.['found']) >= perTenant) {
    throw new FunctionError(
      'quota',
      `The tenant ${shown(tenant)} has ${perTenant} functions, and functions.perTenant allows no more. Delete one.`,
    );
  }
  const id = newId('fn');
  const at = now();
  await query('INSERT INTO functions VALUES ($1, $2, $3, 0, $4, $4)', id, tenant, name, at);
  return id;
}

async function nextNumber(query: Query, id: string): Promise<number> {
  const [row] = await query(
    'UPDATE functions SET newest = newest + 1, updated_at = $1 WHERE id = $2 RETURNING newest',
    now(),
    id,
  );
  return Number(row?.['newest']);
}

async function removeOldest(query: Query, id: string, keep: number): Promise<void> {
  await query(
    `DELETE FROM versions WHERE function_id = $1
       AND version <= (SELECT newest FROM functions WHERE id = $1) - $2
       AND version NOT IN (SELECT version FROM aliases WHERE function_id = $1)`,
    id,
    keep,
  );
}

async function refuseTooMuch(query: Query, tenant: string, { tenantBytes }: FunctionBounds) {
  const [row] = await query(
    'SELECT sum(bytes) AS found FROM versions JOIN functions ON id = function_id WHERE tenant = $1',
    tenant,
  );
  const bytes = Number(row?.['found']);
  if (bytes <= tenantBytes) return;
  throw new FunctionError(
    'quota',
    `With this version the functions of the tenant ${shown(tenant)} would take ${bytes} bytes; functions.tenantBytes is ${tenantBytes}. Delete a function, or deploy less.`,
  );
}
