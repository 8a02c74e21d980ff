import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import type { Caller } from './keys.ts';
import { inForce, issue, type KeyGrant, type KeyRecord, recordOf } from './record.ts';
import { hashOf } from './secret.ts';

/** A file of keys. Several processes may have it open: a change applies to all of them at once. */
export interface KeyStore extends Disposable {
  /** As in `Keys`, at once. */
  find(key: string): Caller | undefined;
  holder(id: string): Caller | undefined;
  readonly tokenSecret: Uint8Array;
  readonly isEmpty: boolean;
  /** The key is in this result and nowhere else. */
  create(grant: KeyGrant): { readonly id: string; readonly key: string };
  /** All keys, also revoked ones, oldest first. */
  list(): readonly KeyRecord[];
  /** Returns false if the key is unknown or already revoked. */
  revoke(id: string): boolean;
}

/** How many rows are cached. Only keys that exist are, so strangers cannot fill the cache. */
const mostKnown = 1_000;

/** Migrations forward only: the statement at index n takes a file from version n to n + 1. */
const migrations = [
  `CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    tenant TEXT NOT NULL,
    may_name_tenant INTEGER NOT NULL,
    policies TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID',
];

/** Opens `file`, and creates it for its owner only if it is missing. */
export function openKeys(file: string): KeyStore {
  closeSync(openSync(file, 'a', 0o600));
  const database = openDatabase(file);

  const byId = database.prepare('SELECT * FROM keys WHERE id = ?');
  const byHash = database.prepare('SELECT * FROM keys WHERE hash = ?');
  const any = database.prepare('SELECT 1 FROM keys LIMIT 1');
  const all = database.prepare('SELECT * FROM keys ORDER BY id');
  const insert = database.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)');
  const end = database.prepare(
    'UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  const changes = database.prepare('PRAGMA data_version');
  // Cached rows by hash, valid while no other connection has written and this one has not.
  const known = new Map<string, KeyRecord>();
  let version: unknown;
  // Keys are never deleted, so a file that held one is never empty again.
  let wasEmpty = true;

  const recordWith = (key: string): KeyRecord | undefined => {
    const now = changes.get()?.['data_version'];
    if (now !== version) known.clear();
    version = now;
    const hash = hashOf(key);
    if (hash === undefined) return undefined;
    const name = hash.toString('base64');
    const hit = known.get(name);
    if (hit !== undefined) return hit;
    const row = byHash.get(hash);
    if (row === undefined) return undefined;
    if (known.size === mostKnown) known.clear();
    const record = recordOf(row);
    known.set(name, record);
    return record;
  };

  return {
    get isEmpty() {
      wasEmpty &&= any.get() === undefined;
      return wasEmpty;
    },
    find: (key) => inForce(recordWith(key)),
    holder(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : inForce(recordOf(row));
    },
    tokenSecret: secretIn(database, 'run tokens'),
    create(grant) {
      const { id, key, row } = issue(grant);
      insert.run(...row);
      return { id, key };
    },
    list: () => all.all().map(recordOf),
    revoke(id) {
      known.clear();
      return end.run(new Date().toISOString(), id).changes === 1;
    },
    [Symbol.dispose]: () => database.close(),
  };
}

/** The secret of this name: 32 bytes, made when it is first asked for. */
function secretIn(database: DatabaseSync, name: string): Uint8Array {
  database.prepare('INSERT OR IGNORE INTO secrets VALUES (?, ?)').run(name, randomBytes(32));
  const row = database.prepare('SELECT value FROM secrets WHERE name = ?').get(name);
  return row?.['value'] as Uint8Array;
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrateKeys(database);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof CastellanError) throw error;
    throw new CastellanError(
      'invalid_option',
      `The keys in ${file} cannot be read: ${(error as Error).message}. Put a backup back.`,
      { cause: error },
    );
  }
}

/** Makes the tables of a file, or brings them up to date. */
export function migrateKeys(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length) {
    throw new CastellanError(
      'invalid_option',
      `The file of keys is of version ${version}; this Castellan knows versions up to ${migrations.length}. Use a newer one.`,
    );
  }
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
