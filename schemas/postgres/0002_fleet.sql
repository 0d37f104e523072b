-- What a fleet of edges needs of its centre: a place for batches to wait, a place for rows that cannot
-- be taken, and hourly figures that keep themselves up to date.

-- Batches as they were sent (docs/formats/batch.md), until `edo-replicator apply` takes them. An edge
-- may do nothing but add lines here.
CREATE TABLE replication_inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    store_id    uuid NOT NULL,
    first_seq   bigint NOT NULL,
    last_seq    bigint NOT NULL,
    payload     bytea NOT NULL,
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'applied', 'failed')),
    settled_at  timestamptz,                     -- when it was applied, or given up
    error       text                             -- of a batch that cannot be read
);
-- The payload is compressed already.
ALTER TABLE replication_inbox ALTER COLUMN payload SET STORAGE EXTERNAL;
-- The oldest of all, and the oldest of each store, however many applied ones are kept.
CREATE INDEX replication_inbox_pending ON replication_inbox (id) WHERE state = 'pending';
CREATE INDEX replication_inbox_by_store ON replication_inbox (store_id, id) WHERE state = 'pending';
CREATE INDEX replication_inbox_settled ON replication_inbox (settled_at) WHERE state = 'applied';

-- Rows that the tables refuse, each with its bytes, so that nothing behind them has to wait and nothing
-- of them is lost. `edo-replicator requeue` tries them again.
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

-- What a store said of itself with its last batch. An edge that is idle says so with an empty batch,
-- so that one that is silent can be told from it.
ALTER TABLE replication_stores
    ADD COLUMN sent_at         timestamptz,      -- by the edge's own clock
    ADD COLUMN pending_changes bigint;           -- that it still had to send

-- Hours, or times within them, whose figures in metrics_hourly are out of date. Appliers only ever add lines, so that none of
-- them waits for another.
CREATE TABLE metrics_stale (
    hour_bucket timestamptz NOT NULL
);

-- When something was last done that is done now and then.
CREATE TABLE upkeep_state (
    task    text PRIMARY KEY,
    done_at timestamptz NOT NULL
);
INSERT INTO upkeep_state VALUES ('dashboard_stats', '-infinity');

-- Brings metrics_hourly up to date for the hours that appliers have touched, and returns how many.
CREATE FUNCTION refresh_metrics_hourly() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    hours timestamptz[];
BEGIN
    -- A line that is added after this statement's snapshot stays for the next time.
    WITH gone AS (DELETE FROM metrics_stale RETURNING hour_bucket)
    SELECT array_agg(DISTINCT date_trunc('hour', hour_bucket, 'UTC')) INTO hours FROM gone;
    IF hours IS NULL THEN
        RETURN 0;
    END IF;

    INSERT INTO metrics_hourly AS m
        (hour_bucket, source_function, total_invocations, total_events_detected, total_jobs_run,
         successful_invocations, failed_invocations, avg_duration_ms, min_duration_ms,
         max_duration_ms, p95_duration_ms, top_detected_events, most_failed_jobs)
    SELECT h.hour_bucket, i.source_function, count(*),
           bounded_total(sum(i.events_detected_count)), bounded_total(sum(i.total_jobs_run)),
           count(*) FILTER (WHERE i.status = 'completed'),
           count(*) FILTER (WHERE i.status IN ('failed', 'timeout', 'crashed')),
           round(avg(i.total_duration_ms), 2), min(i.total_duration_ms), max(i.total_duration_ms),
           round((percentile_cont(0.95) WITHIN GROUP (ORDER BY i.total_duration_ms))::numeric, 2),
           (SELECT coalesce(jsonb_agg(jsonb_build_object('event_name', t.event_name, 'count', t.n)
                                      ORDER BY t.n DESC, t.event_name), '[]')
            FROM (SELECT e.event_name, count(*) AS n
                  FROM invocations o JOIN event_executions e ON e.invocation_id = o.id
                  WHERE o.created_at >= h.hour_bucket
                    AND o.created_at < h.hour_bucket + interval '1 hour'
                    AND o.source_function = i.source_function AND e.detected
                  GROUP BY e.event_name ORDER BY n DESC, e.event_name LIMIT 10) t),
           (SELECT coalesce(jsonb_agg(jsonb_build_object('job_name', t.job_name, 'count', t.n)
                                      ORDER BY t.n DESC, t.job_name), '[]')
            FROM (SELECT j.job_name, count(*) AS n
                  FROM invocations o JOIN job_executions j ON j.invocation_id = o.id
                  WHERE o.created_at >= h.hour_bucket
                    AND o.created_at < h.hour_bucket + interval '1 hour'
                    AND o.source_function = i.source_function AND j.status IN ('failed', 'crashed')
                  GROUP BY j.job_name ORDER BY n DESC, j.job_name LIMIT 10) t)
    FROM unnest(hours) AS h (hour_bucket)
    JOIN invocations i ON i.created_at >= h.hour_bucket
                      AND i.created_at < h.hour_bucket + interval '1 hour'
    GROUP BY h.hour_bucket, i.source_function
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
    -- Fewer than before means that retention has removed some: the figures outlive the rows.
    WHERE excluded.total_invocations >= m.total_invocations;
    RETURN cardinality(hours);
END
$$;

-- Forgets the dead letters of rows that have come since, in that version or a newer one, and returns
-- how many. An id that is no UUID belongs to no row.
CREATE FUNCTION forget_superseded_letters() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH letters AS MATERIALIZED (
        SELECT store_id, table_name, row_id, row_id::uuid AS id, row_version FROM replication_dead_letters
        WHERE row_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
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
    SELECT count(*) FROM gone
$$;

-- What the centre needs done every few seconds: hourly figures; dead letters whose rows have come;
-- dashboard_stats, when it is older than `refresh_after`; applied batches, when they are older than
-- `keep_applied`. Whoever ships or applies
-- calls it. Returns false when another session is at it, which does for both.
CREATE FUNCTION upkeep(refresh_after interval DEFAULT '1 minute', keep_applied interval DEFAULT '3 days')
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM upkeep_state WHERE task = 'dashboard_stats' FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM refresh_metrics_hourly();
    PERFORM forget_superseded_letters();
    DELETE FROM replication_inbox WHERE state = 'applied' AND settled_at < now() - keep_applied;
    UPDATE upkeep_state SET done_at = now()
    WHERE task = 'dashboard_stats' AND done_at < now() - refresh_after;
    IF FOUND THEN
        PERFORM refresh_dashboard_stats();
    END IF;
    RETURN true;
END
$$;

-- They act with their owner's rights, so they are not for everybody who may look at the schema.
REVOKE EXECUTE ON FUNCTION refresh_dashboard_stats(), refresh_metrics_hourly(), forget_superseded_letters(),
    upkeep(interval, interval) FROM PUBLIC;

-- The oldest version of this schema that a program may know and still use it. A migration that only
-- adds leaves it alone, so that a fleet can be upgraded after its centre; one that older programs
-- cannot live with raises it.
CREATE TABLE schema_contract (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    oldest_client integer NOT NULL
);
INSERT INTO schema_contract (oldest_client) VALUES (2);
