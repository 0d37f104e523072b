-- The central schema. It runs with search_path set to the requested schema, so no name here is
-- qualified. There are no foreign keys between telemetry tables, since rows may arrive in any
-- order, and to save their cost.
--
-- A name or a correlation id has at most 2000 bytes: longer ones would not fit into indexes, and
-- since hours count names, one such row would make maintenance fail for all stores. Recorders cut
-- names at 500 bytes, of which each may become three, and append a marker.

CREATE TABLE invocations (
    id                      uuid PRIMARY KEY,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    completed_at            timestamptz,
    correlation_id          text CHECK (octet_length(correlation_id) <= 2000),
    source_function         text NOT NULL CHECK (octet_length(source_function) <= 2000),
    source_table            text CHECK (octet_length(source_table) <= 2000),
    source_operation        text CHECK (octet_length(source_operation) <= 2000),
    source_system           text CHECK (octet_length(source_system) <= 2000),
    source_job_id           uuid,
    source_event_id         uuid,
    source_event_id_text    text,                -- the event id if it is not a UUID
    source_event_payload    jsonb,
    source_event_time       timestamptz,
    source_user_email       text,
    source_user_role        text,
    total_duration_ms       integer,
    events_detected_count   integer NOT NULL DEFAULT 0,
    total_jobs_run          integer NOT NULL DEFAULT 0,
    total_jobs_succeeded    integer NOT NULL DEFAULT 0,
    total_jobs_failed       integer NOT NULL DEFAULT 0,
    auto_load_modules       boolean,
    event_modules_directory text,
    status                  text NOT NULL DEFAULT 'running'
                            CHECK (status IN ('running', 'completed', 'failed', 'timeout', 'crashed')),
    error_message           text,
    error_stack             text,
    context_data            jsonb,
    store_id                uuid,
    row_version             bigint NOT NULL DEFAULT 0
);

CREATE TABLE event_executions (
    id                    uuid PRIMARY KEY,
    invocation_id         uuid NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    completed_at          timestamptz,
    correlation_id        text CHECK (octet_length(correlation_id) <= 2000),
    event_name            text NOT NULL CHECK (octet_length(event_name) <= 2000),
    event_module_path     text,
    detected              boolean NOT NULL DEFAULT false,
    detection_duration_ms integer,
    detection_error       text,
    detection_error_stack text,
    handler_duration_ms   integer,
    handler_error         text,
    handler_error_stack   text,
    jobs_count            integer NOT NULL DEFAULT 0,
    jobs_succeeded        integer NOT NULL DEFAULT 0,
    jobs_failed           integer NOT NULL DEFAULT 0,
    status                text NOT NULL DEFAULT 'detecting'
                          CHECK (status IN ('detecting', 'not_detected', 'handling', 'completed', 'failed',
                                            'detection_failed', 'handler_failed', 'crashed')),
    store_id              uuid,
    row_version           bigint NOT NULL DEFAULT 0
);

CREATE TABLE job_executions (
    id                 uuid PRIMARY KEY,
    invocation_id      uuid NOT NULL,
    event_execution_id uuid NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    completed_at       timestamptz,
    correlation_id     text CHECK (octet_length(correlation_id) <= 2000),
    job_name           text NOT NULL CHECK (octet_length(job_name) <= 2000),
    job_function_name  text CHECK (octet_length(job_function_name) <= 2000),
    job_options        jsonb,
    duration_ms        integer,
    status             text NOT NULL DEFAULT 'running'
                       CHECK (status IN ('running', 'completed', 'failed', 'crashed')),
    result             jsonb,
    error_message      text,
    error_stack        text,
    store_id           uuid,
    row_version        bigint NOT NULL DEFAULT 0
);

CREATE TABLE job_logs (
    id               uuid PRIMARY KEY,
    job_execution_id uuid NOT NULL,
    invocation_id    uuid NOT NULL,
    created_at       timestamptz NOT NULL,
    sequence         integer NOT NULL,
    level            text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
    message          text NOT NULL,
    data             jsonb,
    source           text,
    line_number      integer,
    store_id         uuid,
    row_version      bigint NOT NULL DEFAULT 0
);

CREATE INDEX invocations_by_time             ON invocations (created_at);
CREATE INDEX invocations_by_correlation      ON invocations (correlation_id);
CREATE INDEX invocations_by_source_job       ON invocations (source_job_id) WHERE source_job_id IS NOT NULL;
CREATE INDEX invocations_failed              ON invocations (created_at)
    WHERE status IN ('failed', 'timeout', 'crashed');
CREATE INDEX event_executions_by_invocation  ON event_executions (invocation_id);
CREATE INDEX job_executions_by_invocation    ON job_executions (invocation_id);
CREATE INDEX job_executions_by_event         ON job_executions (event_execution_id);
CREATE INDEX job_logs_by_job                 ON job_logs (job_execution_id);

-- Pre-aggregated hours. Maintenance refreshes the hours that applied batches have changed.
CREATE TABLE metrics_hourly (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    hour_bucket            timestamptz NOT NULL,
    source_function        text NOT NULL,
    total_invocations      integer NOT NULL DEFAULT 0,
    total_events_detected  integer NOT NULL DEFAULT 0,
    total_jobs_run         integer NOT NULL DEFAULT 0,
    successful_invocations integer NOT NULL DEFAULT 0,
    failed_invocations     integer NOT NULL DEFAULT 0,
    avg_duration_ms        numeric,
    min_duration_ms        integer,
    max_duration_ms        integer,
    p95_duration_ms        numeric,
    top_detected_events    jsonb,
    most_failed_jobs       jsonb,
    created_at             timestamptz NOT NULL DEFAULT now(),
    UNIQUE (hour_bucket, source_function)
);

-- The integer total of integers. A total that is too large becomes the largest integer: figures
-- forged by one edge must not stop those of all others.
CREATE FUNCTION bounded_total(total bigint) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT least(greatest(total, -2147483648), 2147483647)::integer $$;

CREATE MATERIALIZED VIEW dashboard_stats AS
SELECT date_trunc('hour', created_at, 'UTC')                                      AS hour_bucket,
       source_function,
       count(*)::integer                                                          AS total_invocations,
       (count(*) FILTER (WHERE status = 'completed'))::integer                    AS successful_invocations,
       (count(*) FILTER (WHERE status IN ('failed', 'timeout', 'crashed')))::integer AS failed_invocations,
       bounded_total(sum(events_detected_count))                                  AS total_events_detected,
       bounded_total(sum(total_jobs_run))                                         AS total_jobs_run,
       bounded_total(sum(total_jobs_succeeded))                                   AS total_jobs_succeeded,
       round(avg(total_duration_ms), 2)                                           AS avg_duration_ms,
       min(total_duration_ms)                                                     AS min_duration_ms,
       max(total_duration_ms)                                                     AS max_duration_ms,
       round((percentile_cont(0.95) WITHIN GROUP (ORDER BY total_duration_ms))::numeric, 2) AS p95_duration_ms
FROM invocations
WHERE created_at >= now() - interval '30 days'
GROUP BY 1, 2;

-- Readers are not blocked by a concurrent refresh, which needs this index.
CREATE UNIQUE INDEX dashboard_stats_key ON dashboard_stats (hour_bucket, source_function);

CREATE FUNCTION refresh_dashboard_stats() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY dashboard_stats;
END
$$;

-- Deleting an invocation deletes its tree, with one statement for all rows.
CREATE FUNCTION delete_trees() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM job_logs l USING job_executions j, deleted d
        WHERE j.invocation_id = d.id AND l.job_execution_id = j.id;
    DELETE FROM job_executions j USING deleted d WHERE j.invocation_id = d.id;
    DELETE FROM event_executions e USING deleted d WHERE e.invocation_id = d.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER invocations_delete_trees AFTER DELETE ON invocations
REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION delete_trees();

-- Retention: removes trees older than `older_than`, but failures only if older than
-- `keep_failures`. Returns the number of invocations removed.
CREATE FUNCTION prune(older_than interval, keep_failures interval DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM invocations
    WHERE created_at < now() - older_than
      AND (status = 'completed'
           OR created_at < now() - greatest(older_than, coalesce(keep_failures, older_than)));
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- Computed fields. `SELECT i.success_rate FROM invocations i` works in plain SQL too.
CREATE FUNCTION success_rate(invocation invocations) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN invocation.total_jobs_run > 0
                THEN round(invocation.total_jobs_succeeded * 100.0 / invocation.total_jobs_run, 2)
                ELSE 100 END
$$;

CREATE FUNCTION avg_job_duration(invocation invocations) RETURNS numeric
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT round(avg(j.duration_ms), 2) FROM job_executions j WHERE j.invocation_id = invocation.id
$$;

CREATE FUNCTION job_success_rate(event event_executions) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN event.jobs_count > 0
                THEN round(event.jobs_succeeded * 100.0 / event.jobs_count, 2)
                ELSE 100 END
$$;

CREATE FUNCTION console_logs(job job_executions) RETURNS jsonb
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_agg(jsonb_build_object('level', l.level, 'message', l.message, 'data', l.data,
                                        'timestamp', l.created_at) ORDER BY l.sequence, l.id)
    FROM job_logs l WHERE l.job_execution_id = job.id
$$;

-- Names that older clients use.
CREATE FUNCTION hasura_event_id(invocation invocations) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT coalesce(invocation.source_event_id::text, invocation.source_event_id_text) $$;
CREATE FUNCTION hasura_event_payload(invocation invocations) RETURNS jsonb
LANGUAGE sql STABLE AS $$ SELECT invocation.source_event_payload $$;
CREATE FUNCTION hasura_event_time(invocation invocations) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT invocation.source_event_time $$;
CREATE FUNCTION hasura_user_email(invocation invocations) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT invocation.source_user_email $$;
CREATE FUNCTION hasura_user_role(invocation invocations) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT invocation.source_user_role $$;

-- The stores that ship here. last_seq is the highest applied sequence number.
CREATE TABLE replication_stores (
    store_id       uuid PRIMARY KEY,
    host_label     text NOT NULL CHECK (octet_length(host_label) <= 2000),
    schema_version integer NOT NULL,
    first_seen_at  timestamptz NOT NULL DEFAULT now(),
    last_seen_at   timestamptz NOT NULL DEFAULT now(),
    last_seq       bigint NOT NULL DEFAULT 0
);

-- The ledger, for people and metrics. row_version, not the ledger, protects a row that comes twice.
CREATE TABLE replication_batches (
    store_id         uuid NOT NULL,
    first_seq        bigint NOT NULL,
    last_seq         bigint NOT NULL,
    rows             integer NOT NULL,
    bytes            bigint NOT NULL,
    via              text NOT NULL,
    applied_at       timestamptz NOT NULL DEFAULT now(),
    apply_ms         integer,
    times_applied    integer NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, first_seq, last_seq)
);
