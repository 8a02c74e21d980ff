import { shown } from '@castellan/protocol/kinds';
import { earlierThan, makeLive, needVersion, setAlias } from './aliases.ts';
import { deploy } from './deploy.ts';
import { type FunctionBounds, type FunctionRecord, live, mostAliases } from './record.ts';
import {
  find,
  found,
  joined,
  now,
  recordsOf,
  versionColumns,
  versionIn,
  versionOf,
} from './rows.ts';
import { FunctionError, type FunctionStore } from './store.ts';
import type { Query, Sql } from '../storage/tables/tables.ts';

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
