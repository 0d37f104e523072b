-- What a fleet of edges needs in its central database: the inbox for batches, dead letters for
-- refused rows, and hourly figures that refresh automatically.

-- Batches as they were sent (docs/formats/batch.md), until `edo-replicator apply` applies them. An
-- edge may only insert rows here.
CREATE TABLE replication_inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    -- The lowest id stands for "before the first store".
    store_id    uuid NOT NULL CHECK (store_id > '00000000-0000-0000-0000-000000000000'),
    first_seq   bigint NOT NULL,
    last_seq    bigint NOT NULL,
    payload     bytea NOT NULL,
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'applied', 'failed')),
    settled_at  timestamptz,                     -- when it was applied or set aside
    error       text,                            -- of an unreadable or failed batch
    -- A batch that failed, perhaps because of the server, waits until retry_at.
    attempts        integer NOT NULL DEFAULT 0,
    first_failed_at timestamptz,
    retry_at        timestamptz,
    -- The login that posted it; an edge cannot name another one.
    posted_by       text COLLATE "C" NOT NULL DEFAULT session_user,
    bytes           integer NOT NULL GENERATED ALWAYS AS (octet_length(payload)) STORED
);
-- The payload is compressed already.
ALTER TABLE replication_inbox ALTER COLUMN payload SET STORAGE EXTERNAL;
-- Finds the next login, its next store, and the pending total of a login, however many applied
-- batches are kept.
CREATE INDEX replication_inbox_queue ON replication_inbox (state, posted_by, store_id) INCLUDE (bytes)
    WHERE state <> 'applied';
-- The oldest of each store.
CREATE INDEX replication_inbox_by_store ON replication_inbox (store_id, id) WHERE state = 'pending';
CREATE INDEX replication_inbox_settled ON replication_inbox (settled_at) WHERE state = 'applied';

-- Locks the next batch of a login and returns it, or no row. Stores take turns: it starts with the
-- first one after `after_store` among those for which the login has posted, and takes a store's
-- oldest batch. While that batch is postponed, or another session has it, later batches of the
-- store wait until it has failed three times. It reads one row of each skipped store, however many
-- batches are pending.
--
-- With `waits`, it waits at most two seconds for a batch that another session has locked. The
-- settings below keep a planner without statistics from reading and sorting all batches of a store.
CREATE FUNCTION claim_batch(of_login text, after_store uuid, waits boolean)
RETURNS TABLE (batch_id bigint, of_store uuid, batch_bytes integer, failures integer, others_applied boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '2s'
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off AS $$
DECLARE
    before_all CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    last_of_all CONSTANT bigint := 9223372036854775807;
    store  uuid;
    newest bigint;
BEGIN
    FOREACH store IN ARRAY ARRAY[after_store, before_all] LOOP
        LOOP
            SELECT i.store_id INTO store FROM replication_inbox i
            WHERE i.state = 'pending' AND i.posted_by = of_login AND i.store_id > store
            ORDER BY i.store_id LIMIT 1;
            EXIT WHEN NOT FOUND;
            SELECT i.id INTO newest FROM replication_inbox i
            WHERE i.state = 'pending' AND i.store_id = store AND i.attempts < 3
            ORDER BY i.id LIMIT 1;
            RETURN QUERY EXECUTE
                'SELECT i.id, i.store_id, i.bytes, i.attempts, EXISTS
                     (SELECT FROM replication_inbox o WHERE o.state = ''applied'' AND o.settled_at > i.first_failed_at)
                 FROM replication_inbox i
                 WHERE i.state = ''pending'' AND i.store_id = $1 AND i.id <= $2
                   AND (i.retry_at IS NULL OR i.retry_at <= clock_timestamp())
                 ORDER BY i.id LIMIT 1 FOR UPDATE OF i' || CASE WHEN waits THEN '' ELSE ' SKIP LOCKED' END
                USING store, coalesce(newest, last_of_all);
            IF FOUND THEN
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
END
$$;

-- Rows that the tables refuse, each with its bytes, so that later rows need not wait and nothing is
-- lost. `edo-replicator requeue` applies them again.
CREATE TABLE replication_dead_letters (
    store_id        uuid NOT NULL,
    table_name      text NOT NULL,
    row_id          text NOT NULL,
    row_version     bigint NOT NULL,
    error           text NOT NULL,
    payload         bytea NOT NULL,              -- a batch that has only this row
    via             text NOT NULL,
    attempts        integer NOT NULL DEFAULT 1,
    first_failed_at timestamptz NOT NULL DEFAULT now(),
    last_failed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, table_name, row_id)
);

-- What a store reported with its last batch. An idle edge sends an empty batch, so that it differs
-- from a silent one.
ALTER TABLE replication_stores
    ADD COLUMN sent_at         timestamptz,      -- by the edge's own clock
    ADD COLUMN pending_changes bigint;           -- that were still pending there

-- Hours, or times within them, whose figures in metrics_hourly are stale. Appliers only add rows,
-- so they never wait for each other.
CREATE TABLE metrics_stale (
    hour_bucket timestamptz NOT NULL
);
CREATE INDEX metrics_stale_by_hour ON metrics_stale (hour_bucket);

-- The tasks of maintenance. The session that does one locks its row until the end of the
-- transaction.
CREATE TABLE maintenance_state (
    task    text PRIMARY KEY,
    done_at timestamptz NOT NULL DEFAULT '-infinity',  -- of what is done now and then
    reached text[]                                     -- where it goes on, of what is done in portions
);
INSERT INTO maintenance_state (task) VALUES ('metrics_hourly'), ('inbox'), ('dead_letters'), ('dashboard_stats');

-- Refreshes one hour of metrics_hourly, in one pass over its invocations, events and jobs each.
-- Each hour has its own plan, since a plan for all hours would fit none of them; so JIT compilation
-- would take longer than the query.
CREATE FUNCTION refresh_hour(hour timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode TO force_custom_plan SET jit TO off AS $$
DECLARE
    last_moment timestamptz := hour + interval '59 minutes 59.999999 seconds';  -- infinite as the hour is
BEGIN
    -- A row that is added after this statement's snapshot stays for the next refresh.
    DELETE FROM metrics_stale WHERE hour_bucket BETWEEN hour AND last_moment;
    WITH runs AS NOT MATERIALIZED (
        SELECT * FROM invocations WHERE created_at BETWEEN hour AND last_moment
    ), figures AS (
        SELECT source_function, count(*) AS total,
               bounded_total(sum(events_detected_count)) AS events,
               bounded_total(sum(total_jobs_run)) AS jobs,
               count(*) FILTER (WHERE status = 'completed') AS successful,
               count(*) FILTER (WHERE status IN ('failed', 'timeout', 'crashed')) AS failed,
               round(avg(total_duration_ms), 2) AS mean, min(total_duration_ms) AS least,
               max(total_duration_ms) AS most,
               round((percentile_cont(0.95) WITHIN GROUP (ORDER BY total_duration_ms))::numeric, 2) AS p95
        FROM runs GROUP BY source_function
    ), counted AS (
        SELECT source_function, true AS is_event, event_name AS name, count(*) AS n
        FROM runs JOIN event_executions e ON e.invocation_id = runs.id
        WHERE e.detected GROUP BY source_function, event_name
        UNION ALL
        SELECT source_function, false, job_name, count(*)
        FROM runs JOIN job_executions j ON j.invocation_id = runs.id
        WHERE j.status IN ('failed', 'crashed') GROUP BY source_function, job_name
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY source_function, is_event ORDER BY n DESC, name) AS place
        FROM counted
    ), top AS (
        SELECT source_function,
               jsonb_agg(jsonb_build_object('event_name', name, 'count', n) ORDER BY place)
                   FILTER (WHERE is_event) AS events,
               jsonb_agg(jsonb_build_object('job_name', name, 'count', n) ORDER BY place)
                   FILTER (WHERE NOT is_event) AS jobs
        FROM ranked WHERE place <= 10 GROUP BY source_function
    )
    INSERT INTO metrics_hourly AS m
        (hour_bucket, source_function, total_invocations, total_events_detected, total_jobs_run,
         successful_invocations, failed_invocations, avg_duration_ms, min_duration_ms,
         max_duration_ms, p95_duration_ms, top_detected_events, most_failed_jobs)
    SELECT hour, source_function, f.total, f.events, f.jobs, f.successful, f.failed, f.mean, f.least,
           f.most, f.p95, coalesce(top.events, '[]'), coalesce(top.jobs, '[]')
    -- What is in `top` is in `figures`. FULL keeps the planner from comparing each function with each
    -- other one where it takes them for few.
    FROM figures f FULL JOIN top USING (source_function)
    ON CONFLICT (hour_bucket, source_function) DO UPDATE SET
        total_invocations = excluded.total_invocations,
        total_events_detected = excluded.total_events_detected,
        total_jobs_run = excluded.total_jobs_run,
        successful_invocations = excluded.successful_invocations,
        failed_invocations = excluded.failed_invocations,
        avg_duration_ms = excluded.avg_duration_ms,
        min_duration_ms = excluded.min_duration_ms,
        max_duration_ms = excluded.max_duration_ms,
        p95_duration_ms = excluded.p95_duration_ms,
        top_detected_events = excluded.top_detected_events,
        most_failed_jobs = excluded.most_failed_jobs
    -- Fewer invocations than before mean that retention has removed some: the figures outlive the
    -- rows.
    WHERE excluded.total_invocations >= m.total_invocations;
END
$$;

-- Refreshes stale hours and returns how many: newest first, but hours in the future last, at most
-- the given number, and none after ten seconds. The others stay stale, and so do the first
-- `passed_over`.
CREATE FUNCTION refresh_metrics_hourly(most integer DEFAULT 1000, passed_over integer DEFAULT 0)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    until     timestamptz := clock_timestamp() + interval '10 seconds';
    hours     timestamptz[];
    hour      timestamptz;
    refreshed integer := 0;
BEGIN
    hours := ARRAY(
        SELECT stale FROM (SELECT DISTINCT date_trunc('hour', hour_bucket, 'UTC') AS stale FROM metrics_stale) s
        ORDER BY stale > now(), stale DESC OFFSET passed_over LIMIT most);
    FOREACH hour IN ARRAY hours LOOP
        EXIT WHEN clock_timestamp() > until;
        PERFORM refresh_hour(hour);
        refreshed := refreshed + 1;
    END LOOP;
    RETURN refreshed;
END
$$;

-- Deletes the dead letters of rows that have come since, in the same version or a newer one. Reads
-- the first `most` after the key `after`; all of them if these are null. Returns how many it
-- deleted, and the key of the last one that it read, or null at the end.
CREATE FUNCTION forget_superseded_letters(after text[] DEFAULT NULL, most integer DEFAULT NULL,
                                          OUT forgotten integer, OUT reached text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode TO force_custom_plan AS $$
BEGIN
    WITH letters AS MATERIALIZED (
        SELECT store_id, table_name, row_id, row_version,
               -- An id that is not a UUID belongs to no row.
               CASE WHEN row_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN row_id::uuid END AS id
        FROM replication_dead_letters
        WHERE (store_id, table_name, row_id)
              > (coalesce(after[1]::uuid, '00000000-0000-0000-0000-000000000000'), coalesce(after[2], ''),
                 coalesce(after[3], ''))
        ORDER BY store_id, table_name, row_id LIMIT most
    ), gone AS (
        DELETE FROM replication_dead_letters d USING letters l
        WHERE (d.store_id, d.table_name, d.row_id) = (l.store_id, l.table_name, l.row_id)
          AND d.row_version = l.row_version
          AND l.row_version <= CASE l.table_name
              WHEN 'invocations'      THEN (SELECT row_version FROM invocations t WHERE (t.id, t.store_id) = (l.id, l.store_id))
              WHEN 'event_executions' THEN (SELECT row_version FROM event_executions t WHERE (t.id, t.store_id) = (l.id, l.store_id))
              WHEN 'job_executions'   THEN (SELECT row_version FROM job_executions t WHERE (t.id, t.store_id) = (l.id, l.store_id))
              WHEN 'job_logs'         THEN (SELECT row_version FROM job_logs t WHERE (t.id, t.store_id) = (l.id, l.store_id))
          END
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone)::integer,
           (SELECT ARRAY[store_id::text, table_name, row_id] FROM letters
            WHERE (SELECT count(*) FROM letters) = most
            ORDER BY store_id DESC, table_name DESC, row_id DESC LIMIT 1)
    INTO forgotten, reached;
END
$$;

-- Deletes batches that were applied longer ago, at most the given number, and returns how many.
CREATE FUNCTION forget_applied_batches(keep_applied interval, most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH gone AS (
        DELETE FROM replication_inbox WHERE id = ANY (ARRAY(
            SELECT id FROM replication_inbox WHERE state = 'applied' AND settled_at < now() - keep_applied
            ORDER BY settled_at LIMIT most FOR UPDATE SKIP LOCKED))
        RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$$;

-- Does one task of maintenance, or a portion of it: at most the given number of hours, batches or
-- dead letters. Returns their number, or null if another session is doing it. Each task is called
-- in its own transaction, so that a slow or failing one does not undo another.
CREATE FUNCTION maintenance_task(which text, most integer, passed_over integer DEFAULT 0,
                            keep_applied interval DEFAULT '3 days', refresh_after interval DEFAULT '1 minute')
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    state  maintenance_state;
    result integer := 0;
BEGIN
    SELECT * INTO state FROM maintenance_state WHERE task = which FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    CASE which
    WHEN 'metrics_hourly' THEN
        result := refresh_metrics_hourly(most, passed_over);
    WHEN 'inbox' THEN
        result := forget_applied_batches(keep_applied, most);
    WHEN 'dead_letters' THEN
        SELECT * INTO result, state.reached FROM forget_superseded_letters(state.reached, most);
        UPDATE maintenance_state u SET reached = state.reached
        WHERE task = which AND u.reached IS DISTINCT FROM state.reached;
    WHEN 'dashboard_stats' THEN
        IF state.done_at < now() - refresh_after THEN
            PERFORM refresh_dashboard_stats();
            UPDATE maintenance_state SET done_at = now() WHERE task = which;
            result := 1;
        END IF;
    END CASE;
    RETURN result;
END
$$;

-- Does a portion of every task, for use in psql. Returns false if another session is doing one of
-- them.
CREATE FUNCTION maintenance(refresh_after interval DEFAULT '1 minute', keep_applied interval DEFAULT '3 days')
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT bool_and(maintenance_task(task, 1000, 0, keep_applied, refresh_after) IS NOT NULL) FROM maintenance_state
$$;

-- They run with their owner's rights, so not every user of the schema may call them.
REVOKE EXECUTE ON FUNCTION refresh_dashboard_stats(), refresh_metrics_hourly(integer, integer),
    forget_superseded_letters(text[], integer), forget_applied_batches(interval, integer),
    maintenance_task(text, integer, integer, interval, interval), maintenance(interval, interval) FROM PUBLIC;

-- The oldest schema version with which a program can still use this schema. A migration that only
-- adds does not change it, so that a fleet can be upgraded after its central database; an
-- incompatible migration raises it.
CREATE TABLE schema_contract (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    oldest_client integer NOT NULL
);
INSERT INTO schema_contract (oldest_client) VALUES (2);
