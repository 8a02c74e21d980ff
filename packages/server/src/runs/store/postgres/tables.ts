/**
 * Tables as sqlite/migrations.ts has them, with these differences: texts are compared byte by byte,
 * whatever the locale of the database; `bytes` counts what a run takes, since a database does not
 * shrink when rows go; `present_ms` is the virtual time of the tenant that was last picked.
 */
export const tables = `
CREATE TABLE runs (
  id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  policy text NOT NULL,
  status text COLLATE "C" NOT NULL,
  reason text,
  attempt integer NOT NULL DEFAULT 0,
  deaths integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL,
  lane integer NOT NULL,
  lease integer NOT NULL DEFAULT 0,
  is_started integer NOT NULL DEFAULT 0,
  is_cancelled integer NOT NULL DEFAULT 0,
  position integer NOT NULL,
  next_seq integer NOT NULL DEFAULT 2,
  attempt_seq integer NOT NULL DEFAULT 1,
  queued_ms double precision NOT NULL,
  ended_ms double precision,
  created_at text NOT NULL,
  started_at text,
  finished_at text,
  labels text NOT NULL,
  facts text NOT NULL,
  value text,
  bytes bigint NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_tenant ON runs (tenant, id);
CREATE INDEX runs_by_status ON runs (status, tenant, id);
CREATE INDEX runs_by_end ON runs (ended_ms) WHERE ended_ms IS NOT NULL;

CREATE TABLE requests (
  run text COLLATE "C" PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  body text NOT NULL
);

CREATE TABLE labels (
  tenant text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  run text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, name, run)
);
CREATE INDEX labels_by_value ON labels (tenant, name, value, run);
CREATE INDEX labels_by_run ON labels (run);

CREATE TABLE idempotency (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  payload text NOT NULL,
  run text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  expires_ms double precision NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_by_run ON idempotency (run);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_ms);

CREATE TABLE queue (
  tenant text COLLATE "C" NOT NULL,
  lane integer NOT NULL,
  place bigint NOT NULL,
  run text COLLATE "C" NOT NULL UNIQUE,
  expires_ms double precision,
  PRIMARY KEY (tenant, lane, place)
);
CREATE INDEX queue_by_expiry ON queue (expires_ms) WHERE expires_ms IS NOT NULL;

CREATE TABLE lanes (
  tenant text COLLATE "C" NOT NULL,
  lane integer NOT NULL,
  queued integer NOT NULL,
  next_place bigint NOT NULL,
  PRIMARY KEY (tenant, lane)
);

CREATE TABLE tenants (
  name text COLLATE "C" PRIMARY KEY,
  virtual_ms double precision NOT NULL,
  cost_ms double precision NOT NULL,
  queued integer NOT NULL DEFAULT 0,
  running integer NOT NULL DEFAULT 0,
  running_cap integer NOT NULL
);
CREATE INDEX tenants_ready ON tenants (virtual_ms) WHERE queued > 0 AND running < running_cap;
CREATE INDEX tenants_waiting ON tenants (name) WHERE queued > 0;

CREATE TABLE events (
  run text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  last_seq integer NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (run, last_seq)
);

CREATE TABLE network (
  run text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq integer NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (run, seq)
);

CREATE TABLE artifacts (
  run text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  stored_ms double precision NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (run, name)
);
CREATE INDEX artifacts_by_age ON artifacts (stored_ms);

CREATE TABLE totals (
  queued integer NOT NULL,
  artifact_bytes bigint NOT NULL,
  bytes bigint NOT NULL,
  swept_ms double precision NOT NULL,
  present_ms double precision NOT NULL
);
INSERT INTO totals VALUES (0, 0, 0, 0, 0);

CREATE TABLE takes (
  nonce text NOT NULL,
  taken text[] NOT NULL,
  charged_ms double precision[] NOT NULL
);
INSERT INTO takes VALUES ('', '{}', '{}');

CREATE TABLE clock (
  service_ms double precision NOT NULL,
  wall_ms double precision NOT NULL
);

-- Small tables whose rows change with each run.
ALTER TABLE totals SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE takes SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE tenants SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE lanes SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
`;
