/** Services over the database, and the runs in their hands. */
export const nodeFunctions = `
-- The service lives. Answers who else is there, and keeps its reading of the clocks, unless another
-- service is ahead: time goes on and never back, and both clocks of a reading are of one machine.
CREATE OR REPLACE FUNCTION node_beat(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  now_ms double precision := (op->>'serviceMs')::double precision;
BEGIN
  INSERT INTO nodes AS known (id, life, beats) VALUES (op->>'node', op->>'life', 1)
    ON CONFLICT (id) DO UPDATE SET beats = known.beats + 1;
  UPDATE clock SET service_ms = now_ms, wall_ms = (op->>'wallMs')::double precision
    WHERE service_ms <= now_ms;
  INSERT INTO clock SELECT now_ms, (op->>'wallMs')::double precision
    WHERE NOT EXISTS (SELECT FROM clock);
  RETURN jsonb_build_object('nodes', (SELECT jsonb_agg(jsonb_build_object('id', id, 'life', life,
    'beats', beats)) FROM nodes));
END $$;

-- The service is gone: whatever is in its hands belongs to nobody. With beats: unless it has moved.
CREATE OR REPLACE FUNCTION node_leave(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM nodes WHERE id = op->>'node'
    AND beats = coalesce((op->>'beats')::bigint, beats);
  RETURN to_jsonb(FOUND);
END $$;

-- Whether this session has a lock that only one has, and keeps until it ends.
CREATE OR REPLACE FUNCTION node_sweep(op jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN to_jsonb(EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND pid = pg_backend_pid() AND classid = (op->>'family')::oid AND objid = (op->>'lock')::oid)
    OR pg_try_advisory_lock((op->>'family')::integer, (op->>'lock')::integer));
END $$;
`;
