import type { DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';

/**
 * Each entry upgrades a store by one version, and is never changed once it has been released.
 *
 * `queue` holds only runs that wait, so that picking one stays fast with a million ended runs.
 * `requests` holds the spec of a run as long as its logs are kept. Times that end in `_ms` are service time
 * (see clock.ts); the others are RFC 3339, for people.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY NOT NULL,
    tenant TEXT NOT NULL,
    policy TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    lease INTEGER NOT NULL DEFAULT 0,
    is_started INTEGER NOT NULL DEFAULT 0,
    is_cancelled INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL,
    next_seq INTEGER NOT NULL DEFAULT 2,
    attempt_seq INTEGER NOT NULL DEFAULT 1,
    queued_ms REAL NOT NULL,
    ended_ms REAL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    labels TEXT NOT NULL,
    facts TEXT NOT NULL,
    value TEXT
  ) STRICT;
  CREATE INDEX runs_by_tenant ON runs (tenant, id);
  CREATE INDEX runs_by_status ON runs (status, tenant, id);
  CREATE INDEX runs_by_end ON runs (ended_ms) WHERE ended_ms IS NOT NULL;

  CREATE TABLE requests (
    run TEXT PRIMARY KEY NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE labels (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant, name, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX labels_by_value ON labels (tenant, name, value, run);
  CREATE INDEX labels_by_run ON labels (run);

  CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    expires_ms REAL NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_by_run ON idempotency (run);
  CREATE INDEX idempotency_by_expiry ON idempotency (expires_ms);

  CREATE TABLE queue (
    tenant TEXT NOT NULL,
    lane INTEGER NOT NULL,
    place INTEGER NOT NULL,
    run TEXT NOT NULL UNIQUE REFERENCES runs (id) ON DELETE CASCADE,
    expires_ms REAL,
    PRIMARY KEY (tenant, lane, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_by_expiry ON queue (expires_ms) WHERE expires_ms IS NOT NULL;

  CREATE TABLE lanes (
    tenant TEXT NOT NULL,
    lane INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    next_place INTEGER NOT NULL,
    PRIMARY KEY (tenant, lane)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tenants (
    name TEXT PRIMARY KEY NOT NULL,
    virtual_ms REAL NOT NULL,
    cost_ms REAL NOT NULL,
    queued INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    running_cap INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tenants_ready ON tenants (virtual_ms) WHERE queued > 0 AND running < running_cap;
  CREATE INDEX tenants_waiting ON tenants (name) WHERE queued > 0;

  CREATE TABLE events (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    last_seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, last_seq)
  ) STRICT;

  CREATE TABLE network (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE artifacts (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    stored_ms REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT;
  CREATE INDEX artifacts_by_age ON artifacts (stored_ms);

  CREATE TABLE totals (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    queued INTEGER NOT NULL,
    artifact_bytes INTEGER NOT NULL,
    swept_ms REAL NOT NULL
  ) STRICT;
  INSERT INTO totals VALUES (1, 0, 0, 0);

  CREATE TABLE clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    service_ms REAL NOT NULL,
    wall_ms REAL NOT NULL
  ) STRICT;
  `,
  // The options of a run are one object, `input`, with its parameters as JSON text.
  `
  UPDATE requests SET body = json_object(
    'source', json(body -> '$.source'),
    'input', json_object(
      'params', '' || (body -> '$.params'),
      'env', json(body -> '$.env'),
      'modules', json(body -> '$.modules'),
      'network', json(iif(
        body ->> '$.allow' IS NULL, 'null', json_object('allow', json(body -> '$.allow'))
      )),
      'browser', json(coalesce(body -> '$.browser', 'null')),
      'labels', json((SELECT labels FROM runs WHERE runs.id = requests.run))
    ),
    'limits', json(body -> '$.limits')
  );
  `,
  // Workers: in whose hands a run is, what its slot was charged, and what whoever takes it has to have.
  `
  ALTER TABLE runs ADD COLUMN node TEXT;
  ALTER TABLE runs ADD COLUMN charged_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN taken_ms REAL;
  ALTER TABLE runs ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE queue ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
  UPDATE runs SET needs = json_array('policy:' || policy) WHERE finished_at IS NULL;
  UPDATE queue SET needs = (SELECT runs.needs FROM runs WHERE runs.id = queue.run);
  CREATE INDEX queue_by_needs ON queue (needs, tenant, lane, place);
  `,
];

/** Thrown for a store that a newer Castellan has written. */
export class StoreTooNewError extends CastellanError {
  constructor(message: string) {
    super('invalid_option', message);
  }
}

/** Upgrades the store to the newest version, all or nothing. Only a backup leads back. */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations): void {
  const { user_version: from } = database.prepare('PRAGMA user_version').get() as {
    user_version: number;
  };
  if (from > steps.length) {
    throw new StoreTooNewError(
      `The store has version ${from}, and this Castellan knows versions up to ${steps.length}. Start the newer Castellan, or put a backup back.`,
    );
  }
  if (from === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(from)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
