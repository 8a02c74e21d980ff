/**
 * The fair queue of sqlite/fair-queue.ts, statement by statement: start-time fair queueing with
 * exact caps. A tenant that another transaction is picking for is skipped, and not waited for.
 */
export const queueFunctions = `
-- Adds a run; step 1 puts it at the end of its lane, step 0 before all others of it. A tenant that
-- comes back starts at the present.
CREATE OR REPLACE FUNCTION queue_put(
  the_run text, the_tenant text, the_lane integer, expires double precision,
  cap integer, guess_ms double precision, present double precision, step integer, the_needs text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at bigint;
BEGIN
  INSERT INTO tenants AS known (name, virtual_ms, cost_ms, queued, running_cap)
    VALUES (the_tenant, present, guess_ms, 1, coalesce(cap, 1))
    ON CONFLICT (name) DO UPDATE SET
      running_cap = coalesce(cap, known.running_cap),
      virtual_ms = CASE WHEN known.queued = 0 THEN greatest(known.virtual_ms, present)
        ELSE known.virtual_ms END,
      queued = known.queued + 1;
  INSERT INTO lanes AS known (tenant, lane, queued, next_place)
    VALUES (the_tenant, the_lane, 1, step)
    ON CONFLICT (tenant, lane) DO UPDATE SET
      queued = known.queued + 1, next_place = known.next_place + step
    RETURNING next_place - 1 INTO at;
  IF step = 0 THEN
    SELECT coalesce(min(place), 0) - 1 INTO at FROM queue
      WHERE tenant = the_tenant AND lane = the_lane;
  END IF;
  INSERT INTO queue (tenant, lane, place, run, expires_ms, needs)
    VALUES (the_tenant, the_lane, at, the_run, expires, the_needs);
END $$;

-- Takes a run out of the queue; false if it is not in it.
CREATE OR REPLACE FUNCTION queue_drop(the_run text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  entry record;
BEGIN
  DELETE FROM queue WHERE run = the_run RETURNING tenant, lane INTO entry;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE lanes SET queued = queued - 1 WHERE tenant = entry.tenant AND lane = entry.lane;
  UPDATE tenants SET queued = queued - 1 WHERE name = entry.tenant;
  RETURN true;
END $$;

-- Frees a slot, and replaces what was charged in advance by what it took, if that is known.
CREATE OR REPLACE FUNCTION queue_leave(slot jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  took double precision := (slot->>'tookMs')::double precision;
BEGIN
  UPDATE tenants SET running = greatest(0, running - 1),
    virtual_ms = virtual_ms + coalesce(took - (slot->>'chargedMs')::double precision, 0),
    cost_ms = CASE WHEN took IS NULL THEN cost_ms
      ELSE greatest(1, cost_ms + (slot->>'weight')::double precision * (greatest(1, took) - cost_ms)) END
    WHERE name = slot->>'tenant';
END $$;

-- How many runs are likely to start before it: exact within its tenant, an estimate beyond.
CREATE OR REPLACE FUNCTION queue_position(the_run text, total integer) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
  sample constant integer := 64;
  own record;
  seen record;
  before double precision;
  turn double precision;
BEGIN
  SELECT queue.tenant, virtual_ms, cost_ms, tenants.queued,
      place - (SELECT min(place) FROM queue AS head
        WHERE head.tenant = queue.tenant AND head.lane = queue.lane) AS behind,
      (SELECT coalesce(sum(lanes.queued), 0) FROM lanes
        WHERE lanes.tenant = queue.tenant AND lanes.lane < queue.lane) AS above
    INTO own FROM queue JOIN tenants ON name = queue.tenant WHERE run = the_run;
  IF NOT FOUND THEN RETURN 0; END IF;
  before := least(own.behind + own.above, own.queued - 1);
  turn := own.virtual_ms + before * own.cost_ms;
  SELECT count(*) AS tenants, coalesce(sum(queued), 0) AS queued,
      coalesce(sum(least(queued, greatest(0, ceil((turn - virtual_ms) / cost_ms)))), 0) AS ahead
    INTO seen FROM (SELECT virtual_ms, cost_ms, queued FROM tenants
      WHERE queued > 0 AND name <> own.tenant LIMIT sample) AS others;
  IF seen.tenants < sample THEN RETURN before + seen.ahead; END IF;
  RETURN before + round(seen.ahead * (total - own.queued) / seen.queued);
END $$;

-- The needs of waiting runs that whoever has these words can serve; null: of all of them. It goes from one to the
-- next by the index, however many runs have the same.
CREATE OR REPLACE FUNCTION queue_wanted(has jsonb) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  each text;
  wanted text[] := '{}';
  is_all boolean := true;
BEGIN
  IF has IS NULL OR jsonb_typeof(has) = 'null' THEN RETURN NULL; END IF;
  SELECT min(needs) INTO each FROM queue;
  WHILE each IS NOT NULL LOOP
    IF each::jsonb <@ has THEN wanted := wanted || each; ELSE is_all := false; END IF;
    SELECT min(needs) INTO each FROM queue WHERE needs > each;
  END LOOP;
  RETURN CASE WHEN is_all THEN NULL ELSE wanted END;
END $$;

-- Takes the next run of the tenant whose turn it is, which then is the present; null when none may
-- start. With wanted: of the runs with these needs.
CREATE OR REPLACE FUNCTION queue_next(
  INOUT present double precision, wanted text[], OUT run text, OUT charged_ms double precision
) LANGUAGE plpgsql AS $$
DECLARE
  next_tenant record;
  the_lane integer;
BEGIN
  IF wanted IS NULL THEN
    SELECT name, virtual_ms, cost_ms INTO next_tenant FROM tenants
      WHERE queued > 0 AND running < running_cap
      ORDER BY virtual_ms LIMIT 1 FOR UPDATE SKIP LOCKED;
  ELSE
    SELECT name, virtual_ms, cost_ms INTO next_tenant FROM tenants
      WHERE queued > 0 AND running < running_cap AND EXISTS (SELECT FROM queue
        WHERE tenant = name AND needs = ANY (wanted))
      ORDER BY virtual_ms LIMIT 1 FOR UPDATE SKIP LOCKED;
  END IF;
  IF NOT FOUND THEN RETURN; END IF;
  IF wanted IS NULL THEN
    SELECT queue.run INTO run FROM queue WHERE tenant = next_tenant.name
      ORDER BY lane, place LIMIT 1;
  ELSE
    SELECT queue.run INTO run FROM queue WHERE tenant = next_tenant.name AND needs = ANY (wanted)
      ORDER BY lane, place LIMIT 1;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The queue of % is shorter than said', next_tenant.name;
  END IF;
  DELETE FROM queue WHERE queue.run = queue_next.run RETURNING lane INTO the_lane;
  UPDATE lanes SET queued = queued - 1 WHERE tenant = next_tenant.name AND lane = the_lane;
  present := greatest(present, next_tenant.virtual_ms);
  UPDATE tenants SET virtual_ms = present + cost_ms, running = running + 1, queued = queued - 1
    WHERE name = next_tenant.name;
  charged_ms := next_tenant.cost_ms;
END $$;
`;
