import { CastellanError } from '@castellan/protocol';
import { addressOf, cannotOpen } from './address.ts';
import { connect } from './connect.ts';
import { locks, refuseEncoding, refuseNewer, type Schema, versionOf } from './migrate.ts';

/**
 * Says in a sentence how a database stands, for whoever wants to keep runs in it. Changes nothing.
 * Throws `invalid_option` with what is wrong.
 */
export async function examine(url: string, { name, steps }: Schema): Promise<string> {
  const address = addressOf(url);
  const { where } = address;
  try {
    await using stack = new AsyncDisposableStack();
    const client = await connect(address, 'pg_catalog');
    stack.defer(() => client.end());
    await refuseEncoding(client, where);
    const version = await versionOf(client, name);
    refuseNewer(version, steps, where);
    const { rows } = await client.query<Facts>(facts, [locks.family, locks.owner, name]);
    const { server, may, user = null } = rows[0] ?? { server: '', may: false };
    if (!may) {
      throw new CastellanError(
        'invalid_option',
        `The database ${where} lets this user make no schema.`,
        { fix: 'make the user the owner of the database', option: 'store.url' },
      );
    }
    const state = version === 0 ? 'new to Castellan' : `of version ${version}`;
    const use = user === null ? 'no service uses it now' : `used by ${user}`;
    return `PostgreSQL ${server} at ${where}: ${state}, ${use}.`;
  } catch (error) {
    throw cannotOpen(address, error);
  }
}

interface Facts {
  readonly server: string;
  readonly may: boolean;
  readonly user: string | null;
}

const facts = `SELECT split_part(current_setting('server_version'), ' ', 1) AS server,
  to_regnamespace($3) IS NOT NULL
    OR has_database_privilege(current_database(), 'CREATE') AS may,
  (SELECT string_agg(DISTINCT application_name, ' and ') FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2
      AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ) AS "user"`;
