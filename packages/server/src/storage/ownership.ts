import { setTimeout as sleep } from 'node:timers/promises';
import { CastellanError } from '@castellan/protocol';
import type { Client } from 'pg';
import type { Address } from './address.ts';
import { StorageFault } from './fault.ts';
import { locks } from './migrate.ts';

/** Another process has the database. */
export class DatabaseInUseError extends CastellanError {}

/** `shared` by all services over a database; `whole` for whoever moves it. */
export type Ownership = 'shared' | 'whole';

const functions = {
  shared: 'pg_try_advisory_lock_shared',
  whole: 'pg_try_advisory_lock',
} as const;

const pauseMs = 100;

/** Whether the session has it now; it keeps it until it ends. */
async function tryToOwn(client: Client, how: Ownership): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>(
    `SELECT ${functions[how]}($1, $2) AS mine`,
    [locks.family, locks.owner],
  );
  return rows[0]?.mine === true;
}

/**
 * Takes it, after `waitMs` at most: the lock of a process that has just died may take a while to be
 * free. Throws who has it: `StorageFault` without a wait, else `DatabaseInUseError`.
 */
export async function own(
  client: Client,
  { where }: Address,
  how: Ownership,
  waitMs: number,
): Promise<void> {
  const until = performance.now() + waitMs;
  while (!(await tryToOwn(client, how))) {
    if (performance.now() <= until) {
      await sleep(pauseMs);
      continue;
    }
    const inUse = `The database ${where} is in use by ${await ownerOf(client)}`;
    if (waitMs === 0) throw new StorageFault(inUse);
    throw new DatabaseInUseError('invalid_option', `${inUse}.`, {
      fix: 'stop that process, or name another database in store.url',
      option: 'store.url',
    });
  }
}

/** The names of other sessions that own the database of this one. */
const ownersQuery = `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2 AND pid <> pg_backend_pid()
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Whether other sessions have it, too. */
export async function isShared(client: Client): Promise<boolean> {
  return (await client.query(ownersQuery, [locks.family, locks.owner])).rows.length > 0;
}

async function ownerOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(ownersQuery, [locks.family, locks.owner]);
  return rows[0]?.name ?? 'another Castellan';
}
