import { shown } from '@castellan/protocol/kinds';
import type { Query, Row, Sql } from '../storage/tables/tables.ts';
import { placeOf } from './place.ts';
import type { OpenedSecret, SecretBinding, SecretRecord } from './record.ts';
import type { Ring } from './ring.ts';
import { rotation } from './rotate.ts';
import { SecretError, type SecretStore } from './store.ts';

/** `SecretStore` in a database of either kind. */
export function storedSecrets(sql: Sql, ring: Ring, perTenant: number): SecretStore {
  const rows = async (
    tenant: string,
    names: readonly string[],
    columns: string,
  ): Promise<readonly Row[]> => {
    if (names.length === 0) return [];
    const marks = names.map((_, index) => `$${index + 2}`).join();
    const where = `tenant = $1 AND name IN (${marks}) ORDER BY name`;
    return sql.query(`SELECT ${columns} FROM secrets WHERE ${where}`, tenant, ...names);
  };

  return {
    hasKey: ring.newest !== null,
    put: (tenant, name, { value, updatedBy, ...binding }) =>
      sql.transaction(tenant, async (query) => {
        const keyId = ring.newest;
        if (keyId === null) {
          throw new SecretError('no_key', 'This service has no key to seal secrets with.');
        }
        const isNew = !(await isThere(query, tenant, name));
        if (isNew) await refuseMore(query, tenant, perTenant);
        const boundTo = boundText(binding);
        const [row] = await query(
          `INSERT INTO secrets VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, name)
             DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
               bound_to = excluded.bound_to, updated_at = excluded.updated_at,
               updated_by = excluded.updated_by
           RETURNING ${shownColumns}`,
          tenant,
          name,
          keyId,
          ring.seal(value, placeOf(tenant, name, boundTo)),
          boundTo,
          new Date().toISOString(),
          updatedBy,
        );
        if (row === undefined) throw new Error('A row is gone in the statement that wrote it');
        return { record: recordOf(row), isNew };
      }),
    list: async (tenant) => {
      const all = `SELECT ${shownColumns} FROM secrets WHERE tenant = $1 ORDER BY name`;
      return (await sql.query(all, tenant)).map(recordOf);
    },
    find: async (tenant, names) => (await rows(tenant, names, shownColumns)).map(recordOf),
    open: async (tenant, names) =>
      (await rows(tenant, names, `${shownColumns}, sealed`)).map((row) => openedOf(row, ring)),
    remove: (tenant, name) =>
      sql.transaction(tenant, async (query) => {
        const one = `DELETE FROM secrets WHERE tenant = $1 AND name = $2 RETURNING ${shownColumns}`;
        const [row] = await query(one, tenant, name);
        return row && recordOf(row);
      }),
    rotate: rotation(sql, ring),
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}

/** All but what is sealed. */
const shownColumns = 'tenant, name, key_id, bound_to, updated_at, updated_by';

async function isThere(query: Query, tenant: string, name: string): Promise<boolean> {
  const one = 'SELECT 1 AS found FROM secrets WHERE tenant = $1 AND name = $2';
  return (await query(one, tenant, name)).length > 0;
}

async function refuseMore(query: Query, tenant: string, perTenant: number): Promise<void> {
  const count = 'SELECT count(*) AS found FROM secrets WHERE tenant = $1';
  const [row] = await query(count, tenant);
  if (Number(row?.['found']) < perTenant) return;
  throw new SecretError(
    'quota',
    `The tenant ${shown(tenant)} has ${perTenant} secrets, and secrets.perTenant allows no more. Delete one.`,
  );
}

/** In one order, whoever wrote it. */
function boundText({ hosts, headers, functions, inEnv }: SecretBinding): string {
  return JSON.stringify({ hosts, headers, functions, inEnv });
}

function recordOf(row: Row): SecretRecord {
  const text = (column: string): string => String(row[column]);
  return {
    tenant: text('tenant'),
    name: text('name'),
    ...(JSON.parse(text('bound_to')) as SecretBinding),
    keyId: text('key_id'),
    updatedAt: text('updated_at'),
    updatedBy: text('updated_by'),
  };
}

function openedOf(row: Row, ring: Ring): OpenedSecret {
  const record = recordOf(row);
  const { tenant, name, keyId } = record;
  try {
    const place = placeOf(tenant, name, String(row['bound_to']));
    return { ...record, value: ring.open(String(row['sealed']), keyId, place) };
  } catch {
    // What the cipher says of it is for nobody.
    throw new SecretError('unreadable', unreadableText(name, ring.has(keyId)));
  }
}

function unreadableText(name: string, hasKey: boolean): string {
  const why = hasKey
    ? 'its row was changed, or copied from elsewhere'
    : 'this service does not have the key that sealed it';
  return `The secret ${name} cannot be opened: ${why}. Set it again.`;
}
