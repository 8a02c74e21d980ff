import { readFileSync } from 'node:fs';
import { CastellanError } from '@castellan/protocol';
import { openTables } from '../storage/tables/open.ts';
import type { Sql } from '../storage/tables/tables.ts';
import { readRing, type Ring, ringOf } from './ring.ts';
import type { SecretStore } from './store.ts';
import { storedSecrets } from './stored-secrets.ts';
import { secretTables } from './tables.ts';

export interface SecretOptions {
  /** The keys themselves, the one that seals first; null: none. */
  readonly keys: string | null;
  /** A file with them. */
  readonly keysFile: string | null;
  readonly perTenant: number;
}

/**
 * Opens the secrets where the store is. Throws `invalid_option` for keys that cannot be used, and where there is
 * a secret that none of them opens.
 */
export async function openSecrets(
  folder: string,
  url: string | null,
  options: SecretOptions,
): Promise<SecretStore> {
  const ring = ringIn(options);
  const sql = await openTables(secretTables, folder, url);
  try {
    await refuseMissingKeys(sql, ring);
  } catch (error) {
    await sql[Symbol.asyncDispose]();
    throw error;
  }
  return storedSecrets(sql, ring, options.perTenant);
}

/** The keys that these options name. Throws `invalid_option`. */
export function ringIn({ keys, keysFile }: Omit<SecretOptions, 'perTenant'>): Ring {
  if (keys !== null && keysFile !== null) {
    throw refusal('secrets.keys and secrets.keysFile are both set.', 'set one of them');
  }
  if (keys !== null) return readRing(keys, 'secrets.keys');
  if (keysFile === null) return ringOf([]);
  let text: string;
  try {
    text = readFileSync(keysFile, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refusal(
      `The file of keys ${keysFile} cannot be read (${code}).`,
      'mend secrets.keysFile',
    );
  }
  const ring = readRing(text, keysFile);
  if (ring.newest !== null) return ring;
  throw refusal(`The file of keys ${keysFile} has no key in it.`, 'write one there');
}

/** A service that came up without them would fail every run that names one of those secrets. */
async function refuseMissingKeys(sql: Sql, ring: Ring): Promise<void> {
  const ids = await sql.query(
    'SELECT key_id, count(*) AS found FROM secrets GROUP BY key_id ORDER BY key_id',
  );
  const missing = ids.filter((row) => !ring.has(String(row['key_id'])));
  const [first] = missing;
  if (first === undefined) return;
  const count = missing.reduce((sum, row) => sum + Number(row['found']), 0);
  const subject = `${count} stored ${count === 1 ? 'secret is' : 'secrets are'} sealed with`;
  if (ring.newest === null) {
    throw refusal(
      `${subject} a key, and the service has none.`,
      'set CASTELLAN_SECRETS_KEYS or CASTELLAN_SECRETS_KEYS_FILE',
    );
  }
  throw refusal(
    `${subject} the key ${String(first['key_id'])}, which is none of those that the service has.`,
    'add the old key behind the new one, until castellan secrets rotate has nothing left to do',
  );
}

function refusal(detail: string, fix: string): CastellanError {
  return new CastellanError('invalid_option', detail, { fix, option: 'secrets.keys' });
}
