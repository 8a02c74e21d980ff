/**
 * The transitions of a run. Each takes a request as JSON, and returns its answer as JSON; in it,
 * `queued`, `bytes` and `artifactBytes` say by how much the totals change.
 */
export const runFunctions = `
CREATE OR REPLACE FUNCTION run_submit(op jsonb, waiting integer, present double precision)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  now_ms double precision := (op->>'nowMs')::double precision;
  key_of jsonb := op->'idempotency';
  known record;
  own integer;
  place integer;
  wants text := coalesce(op->>'needs', jsonb_build_array('policy:' || (op->>'policy'))::text);
  weight bigint := octet_length(op->>'facts') + octet_length(op->>'labels')
    + octet_length(op->>'request') + 512;
BEGIN
  IF jsonb_typeof(key_of) = 'object' THEN
    SELECT payload, run, expires_ms INTO known FROM idempotency
      WHERE scope = key_of->>'scope' AND key = key_of->>'key';
    IF FOUND AND known.expires_ms <= now_ms THEN
      DELETE FROM idempotency WHERE scope = key_of->>'scope' AND key = key_of->>'key';
    ELSIF FOUND AND known.payload = key_of->>'payload' THEN
      RETURN jsonb_build_object('replay', known.run);
    ELSIF FOUND THEN
      RETURN jsonb_build_object('refused', 'idempotency_mismatch');
    END IF;
  END IF;
  IF waiting >= (op->>'queueLimit')::integer THEN
    RETURN jsonb_build_object('refused', 'queue_full');
  END IF;
  SELECT queued INTO own FROM tenants WHERE name = op->>'tenant';
  IF own >= (op->>'queuedCap')::integer THEN
    RETURN jsonb_build_object('refused', 'tenant_quota');
  END IF;
  PERFORM queue_put(op->>'id', op->>'tenant', (op->>'lane')::integer,
    (op->>'expiresMs')::double precision, (op->>'runningCap')::integer,
    (op->>'guessMs')::double precision, present, 1, wants);
  place := queue_position(op->>'id', waiting + 1);
  INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position, queued_ms,
      created_at, labels, facts, bytes, needs)
    VALUES (op->>'id', op->>'tenant', op->>'policy', 'queued', (op->>'maxAttempts')::integer,
      (op->>'lane')::integer, place, now_ms, op->>'createdAt', op->>'labels', op->>'facts', weight,
      wants);
  INSERT INTO requests (run, body) VALUES (op->>'id', op->>'request');
  INSERT INTO labels (tenant, name, run, value)
    SELECT op->>'tenant', name, op->>'id', value FROM jsonb_each_text(op->'labelled') AS given (name, value);
  IF jsonb_typeof(key_of) = 'object' THEN
    INSERT INTO idempotency (scope, key, payload, run, expires_ms)
      VALUES (key_of->>'scope', key_of->>'key', key_of->>'payload', op->>'id',
        now_ms + (op->>'rememberMs')::double precision);
  END IF;
  RETURN jsonb_build_object('position', place, 'queued', 1, 'bytes', weight);
END $$;

-- A run that was never queued, and has ended: written down as one that runs, then like any other.
CREATE OR REPLACE FUNCTION run_record(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  weight bigint := octet_length(op->>'facts') + octet_length(op->>'labels')
    + octet_length(op->>'request') + 512;
  value_weight bigint := coalesce(octet_length(op->'ending'->>'value'), 0);
BEGIN
  INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position, queued_ms,
      created_at, labels, facts, bytes)
    VALUES (op->>'id', op->>'tenant', op->>'policy', 'running', (op->>'maxAttempts')::integer,
      (op->>'lane')::integer, 0, (op->>'nowMs')::double precision, op->>'createdAt', op->>'labels',
      op->>'facts', weight);
  INSERT INTO requests (run, body) VALUES (op->>'id', op->>'request');
  INSERT INTO labels (tenant, name, run, value)
    SELECT op->>'tenant', name, op->>'id', value FROM jsonb_each_text(op->'labelled') AS given (name, value);
  weight := weight + (run_append(op->'append')->>'bytes')::bigint;
  PERFORM run_close(op->'ending', value_weight);
  RETURN jsonb_build_object('bytes', weight + value_weight);
END $$;

-- A row as it goes over the wire: everything but what is large.
CREATE OR REPLACE FUNCTION run_shown(run runs) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT to_jsonb(run) - 'value' - 'bytes'
$$;

CREATE OR REPLACE FUNCTION run_renew(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  renewed runs;
BEGIN
  UPDATE runs SET lease = lease + 1, is_started = 0, attempt_seq = next_seq
    WHERE id = op->>'id' AND lease = (op->>'lease')::integer AND status = 'running'
    RETURNING * INTO renewed;
  IF NOT FOUND THEN RETURN jsonb_build_object('stale', true); END IF;
  RETURN run_shown(renewed);
END $$;

-- Ends a run; without a lease one that waits. False if it has ended, or has another lease.
CREATE OR REPLACE FUNCTION run_close(op jsonb, weight bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE runs SET status = op->>'status', reason = op->>'reason',
      attempt = (op->>'attempt')::integer, facts = op->>'facts', value = op->>'value',
      finished_at = op->>'finishedAt', ended_ms = (op->>'endedMs')::double precision,
      next_seq = (op->>'nextSeq')::integer, lease = lease + 1, bytes = bytes + weight
    WHERE id = op->>'id' AND lease = (op->>'lease')::integer AND finished_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  RETURN true;
END $$;

-- Whether this very end is stored: its answer was lost with a connection.
CREATE OR REPLACE FUNCTION run_is_closed(op jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM runs WHERE id = op->>'id' AND lease = (op->>'lease')::integer + 1
    AND finished_at = op->>'finishedAt' AND ended_ms = (op->>'endedMs')::double precision)
$$;

CREATE OR REPLACE FUNCTION run_end(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  weight bigint := coalesce(octet_length(op->>'value'), 0);
BEGIN
  IF run_close(op, weight) THEN
    PERFORM queue_leave(op->'freed');
    RETURN jsonb_build_object('ended', true, 'bytes', weight);
  ELSIF run_is_closed(op) THEN
    RETURN jsonb_build_object('ended', true);
  END IF;
  RETURN jsonb_build_object('stale', true);
END $$;

CREATE OR REPLACE FUNCTION run_append(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  the_run text := op->>'id';
  starts text := op->>'startedAt';
  last integer := (op->>'lastSeq')::integer;
  weight bigint := (op->>'bytes')::bigint;
  artifact_weight bigint := 0;
  change jsonb;
  old record;
  replaced jsonb := '[]';
  expected integer;
BEGIN
  -- Two services may be told the same by a worker: what is new begins where the record ends.
  SELECT next_seq INTO expected FROM runs WHERE id = the_run FOR UPDATE;
  IF (op->>'firstSeq')::integer <> expected AND last >= expected THEN
    RETURN jsonb_build_object('stale', true);
  END IF;
  -- A start is counted once for each lease, and bytes once for each event, however often told.
  UPDATE runs SET
      next_seq = greatest(next_seq, coalesce(last + 1, next_seq)),
      bytes = bytes + CASE WHEN last < next_seq THEN 0 ELSE weight END,
      attempt = attempt + CASE WHEN starts IS NOT NULL AND is_started = 0 THEN 1 ELSE 0 END,
      is_started = CASE WHEN starts IS NULL THEN is_started ELSE 1 END,
      started_at = coalesce(starts, started_at)
    WHERE id = the_run AND lease = (op->>'lease')::integer AND status = 'running';
  IF NOT FOUND THEN
    IF op->'ending' <> 'null' AND run_is_closed(op->'ending') THEN
      RETURN jsonb_build_object('replaced', replaced);
    END IF;
    RETURN jsonb_build_object('stale', true);
  END IF;
  IF op->'chunks' <> '[]' AND last >= expected THEN
    INSERT INTO events (run, last_seq, body)
      SELECT the_run, (chunk->>'lastSeq')::integer, chunk->>'body'
        FROM jsonb_array_elements(op->'chunks') AS chunk
      ON CONFLICT DO NOTHING;
  END IF;
  IF op->'network' <> '[]' THEN
    INSERT INTO network (run, seq, body)
      SELECT the_run, (entry->>'seq')::integer, entry->>'body'
        FROM jsonb_array_elements(op->'network') AS entry
      ON CONFLICT DO NOTHING;
  END IF;
  FOR change IN SELECT * FROM jsonb_array_elements(op->'artifacts') LOOP
    SELECT id, size_bytes INTO old FROM artifacts
      WHERE run = the_run AND name = change->>'name';
    IF FOUND AND old.id <> change->>'id' THEN
      replaced := replaced || to_jsonb(old.id);
    END IF;
    artifact_weight := artifact_weight + (change->>'sizeBytes')::bigint
      - coalesce(old.size_bytes, 0);
    INSERT INTO artifacts (run, name, id, size_bytes, stored_ms, body)
      VALUES (the_run, change->>'name', change->>'id', (change->>'sizeBytes')::bigint,
        (change->>'storedMs')::double precision, change->>'body')
      ON CONFLICT (run, name) DO UPDATE SET id = excluded.id, size_bytes = excluded.size_bytes,
        stored_ms = excluded.stored_ms, body = excluded.body;
  END LOOP;
  IF op->'ending' <> 'null' THEN
    weight := weight + (run_end(op->'ending')->>'bytes')::bigint;
  END IF;
  RETURN jsonb_build_object('replaced', replaced, 'bytes', weight,
    'artifactBytes', artifact_weight);
END $$;

CREATE OR REPLACE FUNCTION run_requeue(op jsonb, present double precision) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  wants text;
BEGIN
  UPDATE runs SET status = 'queued', lease = lease + 1, attempt = (op->>'attempt')::integer,
      deaths = (op->>'deaths')::integer
    WHERE id = op->>'id' AND lease = (op->>'lease')::integer AND status = 'running'
    RETURNING needs INTO wants;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('stale', NOT EXISTS (SELECT FROM runs WHERE id = op->>'id'
      AND lease = (op->>'lease')::integer + 1 AND status = 'queued'));
  END IF;
  PERFORM queue_put(op->>'id', op->'freed'->>'tenant', (op->>'lane')::integer, NULL, NULL,
    (op->>'guessMs')::double precision, present, 0, wants);
  PERFORM queue_leave(op->'freed');
  RETURN jsonb_build_object('stale', false, 'queued', 1);
END $$;

-- Ends a run that waits and has not been leased since it was looked at.
CREATE OR REPLACE FUNCTION run_end_waiting(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  standing record;
BEGIN
  SELECT status, lease, finished_at INTO standing FROM runs WHERE id = op->>'id' FOR UPDATE;
  IF NOT FOUND THEN RETURN jsonb_build_object('found', 'nothing'); END IF;
  IF standing.finished_at IS NOT NULL THEN RETURN jsonb_build_object('found', 'ended'); END IF;
  IF standing.status = 'running' THEN
    IF (op->>'mark')::boolean THEN UPDATE runs SET is_cancelled = 1 WHERE id = op->>'id'; END IF;
    RETURN jsonb_build_object('found', 'running');
  END IF;
  IF standing.lease <> (op->>'lease')::integer THEN
    RETURN jsonb_build_object('found', 'another');
  END IF;
  IF (op->>'mark')::boolean THEN UPDATE runs SET is_cancelled = 1 WHERE id = op->>'id'; END IF;
  PERFORM queue_drop(op->>'id');
  PERFORM run_close(op, 0);
  RETURN jsonb_build_object('found', 'waiting', 'queued', -1);
END $$;
`;
