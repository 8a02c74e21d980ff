import { shown } from '@castellan/protocol/kinds';
import { canary, type FunctionRecord, live, type Pointer } from './record.ts';
import { now, versionIn } from './rows.ts';
import { FunctionError } from './store.ts';
import type { Query } from '../storage/tables/tables.ts';

/** Has calls run a version, and ends a canary. */
export async function makeLive(query: Query, id: string, version: number): Promise<void> {
  await setAlias(query, id, live, { version, percent: null });
  await query('DELETE FROM aliases WHERE function_id = $1 AND alias = $2', id, canary);
  await query(
    'UPDATE versions SET live_at = $1 WHERE function_id = $2 AND version = $3',
    now(),
    id,
    version,
  );
}

export async function setAlias(
  query: Query,
  id: string,
  alias: string,
  to: Pointer,
): Promise<void> {
  await query(
    `INSERT INTO aliases VALUES ($1, $2, $3, $4) ON CONFLICT (function_id, alias)
       DO UPDATE SET version = excluded.version, percent = excluded.percent`,
    id,
    alias,
    to.version,
    to.percent,
  );
}

/** The version that a rollback goes to when none is named. */
export async function earlierThan(
  query: Query,
  { id, name, aliases }: FunctionRecord,
): Promise<number> {
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

/** Throws for a version that is not there. */
export async function needVersion(query: Query, { id, name }: FunctionRecord, version: number) {
  if ((await versionIn(query, id, version)) !== undefined) return;
  throw new FunctionError(
    'no_version',
    `The function ${shown(name)} has no version ${version}, or keeps it no more.`,
  );
}
