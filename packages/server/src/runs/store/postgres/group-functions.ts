/** A group of transitions in one transaction, and what removes old records. */
export const groupFunctions = `
CREATE OR REPLACE FUNCTION sweep_runs(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  gone text[];
  freed bigint;
BEGIN
  SELECT coalesce(array_agg(id ORDER BY ended_ms), '{}') INTO gone FROM (SELECT id, ended_ms
    FROM runs WHERE ended_ms IS NOT NULL AND (ended_ms < (op->>'before')::double precision
      OR (SELECT bytes FROM totals) > (op->>'mostBytes')::double precision)
    ORDER BY ended_ms LIMIT (op->>'batch')::integer) AS old;
  UPDATE totals SET artifact_bytes = artifact_bytes - (SELECT coalesce(sum(size_bytes), 0)
    FROM artifacts WHERE run = ANY (gone));
  WITH deleted AS (DELETE FROM runs WHERE id = ANY (gone) RETURNING bytes)
    SELECT coalesce(sum(bytes), 0) INTO freed FROM deleted;
  UPDATE totals SET bytes = bytes - freed;
  RETURN to_jsonb(gone);
END $$;

CREATE OR REPLACE FUNCTION sweep_logs(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  old text[];
  last_ms double precision;
  freed bigint;
  more bigint;
  rest bigint;
BEGIN
  -- The store remembers progress: runs without events are not scanned again.
  SELECT coalesce(array_agg(id), '{}'), max(ended_ms) INTO old, last_ms FROM (SELECT id, ended_ms
    FROM runs WHERE ended_ms < (op->>'before')::double precision
      AND ended_ms > (SELECT swept_ms FROM totals)
    ORDER BY ended_ms LIMIT (op->>'batch')::integer) AS found;
  WITH deleted AS (DELETE FROM events WHERE run = ANY (old) RETURNING run, octet_length(body) AS length),
    less AS (SELECT run, sum(length) AS length FROM deleted GROUP BY run),
    kept AS (UPDATE runs SET bytes = bytes - less.length FROM less WHERE id = less.run)
    SELECT coalesce(sum(length), 0) INTO freed FROM less;
  WITH deleted AS (DELETE FROM network WHERE run = ANY (old) RETURNING run, octet_length(body) AS length),
    less AS (SELECT run, sum(length) AS length FROM deleted GROUP BY run),
    kept AS (UPDATE runs SET bytes = bytes - less.length FROM less WHERE id = less.run)
    SELECT coalesce(sum(length), 0) INTO more FROM less;
  WITH deleted AS (DELETE FROM requests WHERE run = ANY (old) RETURNING run, octet_length(body) AS length),
    kept AS (UPDATE runs SET bytes = bytes - deleted.length FROM deleted WHERE id = deleted.run)
    SELECT coalesce(sum(length), 0) INTO rest FROM deleted;
  UPDATE totals SET bytes = bytes - freed - more - rest, swept_ms = coalesce(last_ms, swept_ms);
  RETURN to_jsonb(coalesce(array_length(old, 1), 0));
END $$;

CREATE OR REPLACE FUNCTION sweep_artifacts(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  spare bigint := (SELECT artifact_bytes FROM totals) - (op->>'mostBytes')::double precision;
  gone jsonb;
  freed bigint;
BEGIN
  WITH oldest AS (
    SELECT run, name, size_bytes, stored_ms,
        sum(size_bytes) OVER (ORDER BY stored_ms, run, name) - size_bytes AS before_it
      FROM (SELECT * FROM artifacts ORDER BY stored_ms, run, name
        LIMIT (op->>'batch')::integer) AS found
  ), deleted AS (
    DELETE FROM artifacts USING oldest WHERE artifacts.run = oldest.run
      AND artifacts.name = oldest.name
      AND (oldest.stored_ms < (op->>'before')::double precision OR oldest.before_it < spare)
    RETURNING artifacts.run, artifacts.id, artifacts.size_bytes, artifacts.stored_ms
  ) SELECT coalesce(jsonb_agg(jsonb_build_object('run', run, 'id', id) ORDER BY stored_ms, run), '[]'),
      coalesce(sum(size_bytes), 0) INTO gone, freed FROM deleted;
  UPDATE totals SET artifact_bytes = artifact_bytes - freed;
  RETURN gone;
END $$;

CREATE OR REPLACE FUNCTION sweep_rest(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM idempotency WHERE expires_ms < (op->>'nowMs')::double precision;
  DELETE FROM tenants WHERE queued = 0 AND running = 0 AND virtual_ms <=
    coalesce((SELECT min(virtual_ms) FROM tenants WHERE queued > 0), 'Infinity');
  DELETE FROM lanes WHERE queued = 0
    AND NOT EXISTS (SELECT FROM tenants WHERE name = lanes.tenant);
  RETURN 'null';
END $$;

-- Applies transitions in their order, in this transaction: at is the place of the one that a row
-- answers. A take answers with a row for each run, whose request is in body. The last row says how
-- long the queue is, and when the next run in it expires. Totals are written once, since a row that
-- changes a hundred times in a transaction is a hundred rows to look through.
CREATE OR REPLACE FUNCTION apply(ops jsonb)
RETURNS TABLE (at integer, answer jsonb, body text) LANGUAGE plpgsql AS $$
DECLARE
  op jsonb;
  kind text;
  taken record;
  leased runs;
  ids text[];
  charges double precision[];
  wanted text[];
  waiting integer;
  present double precision;
  more_bytes bigint := 0;
  more_artifact_bytes bigint := 0;
BEGIN
  SELECT queued, present_ms INTO waiting, present FROM totals FOR UPDATE;
  at := -1;
  FOR op IN SELECT value FROM jsonb_array_elements(ops) LOOP
    at := at + 1;
    body := NULL;
    kind := op->>'do';
    IF kind <> 'take' THEN
      answer := CASE kind
        WHEN 'append' THEN run_append(op)
        WHEN 'submit' THEN run_submit(op, waiting, present)
        WHEN 'end' THEN run_end(op)
        WHEN 'record' THEN run_record(op)
        WHEN 'requeue' THEN run_requeue(op, present)
        WHEN 'renew' THEN run_renew(op)
        WHEN 'end_waiting' THEN run_end_waiting(op)
        WHEN 'sweep_runs' THEN sweep_runs(op)
        WHEN 'sweep_logs' THEN sweep_logs(op)
        WHEN 'sweep_artifacts' THEN sweep_artifacts(op)
        WHEN 'sweep_rest' THEN sweep_rest(op)
        WHEN 'node_beat' THEN node_beat(op)
        WHEN 'node_sweep' THEN node_sweep(op)
        WHEN 'node_leave' THEN node_leave(op)
      END;
      IF answer IS NULL THEN RAISE EXCEPTION 'There is no transition %', kind; END IF;
      waiting := waiting + coalesce((answer->>'queued')::integer, 0);
      more_bytes := more_bytes + coalesce((answer->>'bytes')::bigint, 0);
      more_artifact_bytes := more_artifact_bytes
        + coalesce((answer->>'artifactBytes')::bigint, 0);
      RETURN NEXT;
      CONTINUE;
    END IF;
    -- It lives, whatever others have thought of it while it was away.
    INSERT INTO nodes (id, life) VALUES (op->>'node', op->>'life') ON CONFLICT DO NOTHING;
    -- What was taken by a transaction whose answer was lost comes first.
    IF op->'lost' <> 'null' THEN
      FOR answer, body IN
        SELECT run_shown(runs), requests.body
          FROM nodes, unnest(nodes.taken) AS lost (run)
          JOIN runs ON runs.id = lost.run AND runs.status = 'running' AND runs.is_started = 0
            AND runs.node = op->>'node'
          JOIN requests ON requests.run = runs.id
          WHERE nodes.id = op->>'node' AND nodes.nonce = op->>'lost'
      LOOP
        RETURN NEXT;
      END LOOP;
    END IF;
    ids := '{}';
    charges := '{}';
    wanted := queue_wanted(op->'has');
    FOR turn IN 1 .. (op->>'most')::integer LOOP
      SELECT * INTO taken FROM queue_next(present, wanted);
      EXIT WHEN taken.run IS NULL;
      present := taken.present;
      waiting := waiting - 1;
      UPDATE runs SET status = 'running', lease = lease + 1, is_started = 0,
          attempt_seq = next_seq, node = op->>'node', charged_ms = taken.charged_ms,
          taken_ms = (op->>'nowMs')::double precision
        WHERE id = taken.run AND status = 'queued' RETURNING * INTO leased;
      IF NOT FOUND THEN
        RAISE EXCEPTION '% was in the queue but is not queued', taken.run;
      END IF;
      answer := run_shown(leased);
      SELECT requests.body INTO body FROM requests WHERE run = taken.run;
      ids := ids || taken.run;
      charges := charges || taken.charged_ms;
      RETURN NEXT;
    END LOOP;
    IF ids <> '{}' THEN
      UPDATE nodes SET nonce = op->>'nonce', taken = ids, charged_ms = charges
        WHERE id = op->>'node';
    END IF;
  END LOOP;
  UPDATE totals SET queued = waiting, present_ms = present, bytes = bytes + more_bytes,
    artifact_bytes = artifact_bytes + more_artifact_bytes;
  at := -1;
  body := NULL;
  answer := jsonb_build_object('queued', waiting,
    'nextExpiryMs', (SELECT min(expires_ms) FROM queue WHERE expires_ms IS NOT NULL));
  RETURN NEXT;
END $$;
`;
