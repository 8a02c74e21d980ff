import { newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import {
  canary,
  type FunctionBounds,
  type FunctionRecord,
  live,
  mostAliases,
  type NewVersion,
  type Pointer,
  type VersionRecord,
} from './record.ts';
import { type Deployed, FunctionError, type FunctionStore } from './store.ts';
import type { Query, Row, Sql } from './sql.ts';

/** `FunctionStore` in a database of either kind. */
export function storedFunctions(sql: Sql, bounds: FunctionBounds): FunctionStore {
  /** Changes a function that is there. */
  const change = (
    tenant: string,
    name: string,
    work: (query: Query, record: FunctionRecord) => Promise<unknown>,
  ): Promise<FunctionRecord> =>
    sql.transaction(tenant, async (query) => {
      const record = found(await find(query, tenant, name), name);
      await work(query, record);
      await query('UPDATE functions SET updated_at = $1 WHERE id = $2', now(), record.id);
      return found(await find(query, tenant, name), name);
    });

  return {
    deploy: (tenant, name, version) =>
      sql.transaction(tenant, (query) => deploy(query, { tenant, name }, version, bounds)),
    find: (tenant, name) => find(sql.query, tenant, name),
    list: async (tenant, { before, limit }) => {
      const wanted = (
        [
          ['id <', before],
          ['tenant =', tenant],
        ] as const
      ).filter((each): each is typeof each & readonly [string, string] => each[1] !== null);
      const tests = wanted.map(([test], index) => `${test} $${index + 1}`);
      const where = tests.length === 0 ? '' : `WHERE ${tests.join(' AND ')}`;
      const page = `SELECT * FROM functions ${where} ORDER BY id DESC LIMIT $${wanted.length + 1}`;
      const values = wanted.map(([, value]) => value);
      const rows = await sql.query(`${joined(page)} ORDER BY id DESC, alias`, ...values, limit);
      return recordsOf(rows);
    },
    versions: async (id) =>
      (await sql.query(`${versionColumns} WHERE function_id = $1 ORDER BY version DESC`, id)).map(
        versionOf,
      ),
    version: (id, version) => versionIn(sql.query, id, version),
    definition: async (id, version) => {
      const [row] = await sql.query(
        'SELECT definition FROM versions WHERE function_id = $1 AND version = $2',
        id,
        version,
      );
      return row && String(row['definition']);
    },
    point: (tenant, name, alias, to) =>
      change(tenant, name, async (query, record) => {
        await needVersion(query, record, to.version);
        if (alias === live) return makeLive(query, record.id, to.version);
        const isMore = !Object.hasOwn(record.aliases, alias);
        if (isMore && Object.keys(record.aliases).length >= mostAliases) {
          throw new FunctionError(
            'quota',
            `The function ${shown(name)} has ${mostAliases} aliases, and more are not kept. Delete one.`,
          );
        }
        return setAlias(query, record.id, alias, to);
      }),
    unpoint: async (tenant, name, alias) => {
      let isThere = false;
      const record = await change(tenant, name, async (query, { id, aliases }) => {
        isThere = Object.hasOwn(aliases, alias);
        await query('DELETE FROM aliases WHERE function_id = $1 AND alias = $2', id, alias);
      });
      return isThere ? record : undefined;
    },
    rollback: (tenant, name, version) =>
      change(tenant, name, async (query, record) => {
        const target = version ?? (await earlierThan(query, record));
        await needVersion(query, record, target);
        await makeLive(query, record.id, target);
      }),
    remove: (tenant, name) =>
      sql.transaction(tenant, async (query) => {
        const record = found(await find(query, tenant, name), name);
        await query('DELETE FROM functions WHERE id = $1', record.id);
        return record;
      }),
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}

interface Place {
  readonly tenant: string;
  readonly name: string;
}

async function deploy(
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

async function makeLive(query: Query, id: string, version: number): Promise<void> {
  await setAlias(query, id, live, { version, percent: null });
  await query('DELETE FROM aliases WHERE function_id = $1 AND alias = $2', id, canary);
  await query(
    'UPDATE versions SET live_at = $1 WHERE function_id = $2 AND version = $3',
    now(),
    id,
    version,
  );
}

async function setAlias(query: Query, id: string, alias: string, to: Pointer): Promise<void> {
  await query(
    `INSERT INTO aliases VALUES ($1, $2, $3, $4) ON CONFLICT (function_id, alias)
       DO UPDATE SET version = excluded.version, percent = excluded.percent`,
    id,
    alias,
    to.version,
    to.percent,
  );
}

async function earlierThan(query: Query, { id, name, aliases }: FunctionRecord): Promise<number> {
  const from = aliases[live]?.version;
  const [row] =
    from === undefined
      ? []
      : await query(
          `SELECT max(version) AS found FROM versions
             WHERE function_id = $1 AND version < $2 AND live_at IS NOT NULL`,
          id,
          from,
        );
  if (row?.['found'] != null) return Number(row['found']);
  throw new FunctionError(
    'no_earlier_version',
    `The function ${shown(name)} has no version before ${from ?? 'its first'} that was live. Name one of its versions.`,
  );
}

async function needVersion(query: Query, { id, name }: FunctionRecord, version: number) {
  if ((await versionIn(query, id, version)) !== undefined) return;
  throw new FunctionError(
    'no_version',
    `The function ${shown(name)} has no version ${version}, or keeps it no more.`,
  );
}

/** Rows of functions, each as often as it has aliases. */
function joined(functions: string): string {
  return `SELECT found.*, alias, version, percent FROM (${functions}) AS found
    LEFT JOIN aliases ON function_id = found.id`;
}

async function find(query: Query, tenant: string, name: string) {
  const one = `${joined('SELECT * FROM functions WHERE tenant = $1 AND name = $2')} ORDER BY alias`;
  return recordsOf(await query(one, tenant, name))[0];
}

function found(record: FunctionRecord | undefined, name: string): FunctionRecord {
  if (record !== undefined) return record;
  throw new FunctionError('no_function', `There is no function ${shown(name)}.`);
}

async function newestIn(query: Query, id: string): Promise<VersionRecord | undefined> {
  const order = 'WHERE function_id = $1 ORDER BY version DESC LIMIT 1';
  const [row] = await query(`${versionColumns} ${order}`, id);
  return row && versionOf(row);
}

async function versionIn(query: Query, id: string, version: number) {
  const [row] = await query(
    `${versionColumns} WHERE function_id = $1 AND version = $2`,
    id,
    version,
  );
  return row && versionOf(row);
}

/** All but the definition, which may be large. */
const versionColumns =
  'SELECT version, hash, bytes, description, policy, created_at, created_by, live_at FROM versions';

function versionOf(row: Row): VersionRecord {
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

function recordsOf(rows: readonly Row[]): FunctionRecord[] {
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
    if (row['alias'] === null) continue;
    record.aliases[String(row['alias'])] = {
      version: Number(row['version']),
      percent: row['percent'] as number | null,
    };
  }
  return [...records.values()];
}

function now(): string {
  return new Date().toISOString();
}
