import { setTimeout as sleep } from 'node:timers/promises';
import { CastellanError } from '@castellan/protocol';
import type { Client } from 'pg';
import { StorageFault } from '../../../storage/fault.ts';
import type { Address } from '../../../storage/address.ts';
import { connect } from '../../../storage/connect.ts';
import { locks } from '../../../storage/migrate.ts';

/** Another process has the database. */
export class DatabaseInUseError extends CastellanError {}

/**
 * The one session that writes. It holds a lock that only one process has: a second one is refused,
 * and this one writes nothing once it has lost the lock with its connection, until it has it again.
 */
export interface Session extends AsyncDisposable {
  /** The open connection; opens it again if it broke. */
  client(): Promise<Client>;
  /** Gives the connection up: nobody knows what its last query has done. */
  drop(): void;
}

/** How long the lock of a process that has just died may take to be free. */
const patienceMs = 3_000;
const pauseMs = 100;

/** Opens the session, and does `prepare` in it once. Throws what the first connection throws. */
export async function openSession(
  address: Address,
  schema: string,
  prepare: (client: Client) => Promise<void>,
): Promise<Session> {
  let held: Client | undefined;
  let opening: Promise<Client> | undefined;
  let isClosed = false;

  const open = async (waitMs: number): Promise<Client> => {
    let client: Client | undefined;
    const opened = await connect(address, schema, () => {
      if (held === client) held = undefined;
    });
    try {
      client = opened;
      await lock(opened, address, waitMs);
      return (held = opened);
    } catch (error) {
      opened.end().catch(() => undefined);
      throw error;
    }
  };
  const drop = (): void => {
    const dropped = held;
    held = undefined;
    dropped?.end().catch(() => undefined);
  };

  const first = await open(patienceMs);
  try {
    await prepare(first);
  } catch (error) {
    drop();
    throw error;
  }
  return {
    client: async () => {
      if (isClosed) throw new Error('The store is closed.');
      if (held !== undefined) return held;
      opening ??= open(0).finally(() => (opening = undefined));
      return opening;
    },
    drop,
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      const last = held;
      held = undefined;
      await last?.end();
    },
  };
}

async function lock(client: Client, { where }: Address, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS mine',
      [locks.family, locks.owner],
    );
    if (rows[0]?.mine === true) return;
    if (performance.now() > until) break;
    await sleep(pauseMs);
  }
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [locks.family, locks.owner],
  );
  const inUse = `The database ${where} is in use by ${rows[0]?.name ?? 'another Castellan'}`;
  if (waitMs === 0) throw new StorageFault(inUse);
  throw new DatabaseInUseError('invalid_option', `${inUse}.`, {
    fix: 'stop that process, or name another database in store.url',
    option: 'store.url',
  });
}
