import type { Client } from 'pg';
import type { Address } from '../../../storage/address.ts';
import { connect } from '../../../storage/connect.ts';
import { own } from '../../../storage/ownership.ts';

/**
 * The one session of this process that writes. It shares the database with other services, and nobody
 * moves its store meanwhile.
 */
export interface Session extends AsyncDisposable {
  /** The open connection; opens it again if it broke. */
  client(): Promise<Client>;
  /** Gives the connection up: nobody knows what its last query has done. */
  drop(): void;
}

/** How long the lock of a process that has just died may take to be free. */
const patienceMs = 3_000;

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
      await own(opened, address, 'shared', waitMs);
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

  const client = async (): Promise<Client> => {
    if (isClosed) throw new Error('The store is closed.');
    if (held !== undefined) return held;
    opening ??= open(0).finally(() => (opening = undefined));
    return opening;
  };

  const first = await open(patienceMs);
  try {
    await prepare(first);
  } catch (error) {
    drop();
    throw error;
  }
  return {
    client,
    drop,
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      const last = held;
      held = undefined;
      await last?.end();
    },
  };
}
