-- The local store. Every statement of a host is one transaction on these tables, and the triggers
-- at the end note it in the outbox in the same transaction, so the rows and the pending changes can
-- never disagree. Values are readable: UUIDs are lower-case text, timestamps are
-- YYYY-MM-DDTHH:MM:SS.ffffffZ in UTC, JSON is text.
--
-- A set of words is checked with OR and not with IN: for a list of more than two SQLite builds a
-- temporary B-tree each time a row is written, which costs more than the row.

CREATE TABLE store (
    only_row       INTEGER PRIMARY KEY CHECK (only_row = 1),
    store_id       TEXT    NOT NULL,   -- identifies this file centrally; a copy of the file has the same
    schema_version INTEGER NOT NULL,
    host_label     TEXT    NOT NULL,   -- the name that people give this store
    created_at     TEXT    NOT NULL
) STRICT;

CREATE TABLE migrations (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT;

-- One row for each Recorder that ever opened the store. pid, process_start, pid_namespace and
-- boot_id together identify one process, so that a later one can find out that it is dead.
CREATE TABLE writers (
    id               INTEGER PRIMARY KEY,
    started_at       TEXT    NOT NULL,
    ended_at         TEXT,               -- null while it runs
    outcome          TEXT    CHECK (outcome IN ('closed', 'crashed')),
    host             TEXT    NOT NULL,
    program          TEXT    NOT NULL,
    version          TEXT    NOT NULL,   -- of libedo
    pid              INTEGER NOT NULL,
    process_start    INTEGER NOT NULL,   -- clock ticks since boot, field 22 of /proc/PID/stat
    pid_namespace    INTEGER NOT NULL,   -- inode of /proc/self/ns/pid
    boot_id          TEXT    NOT NULL,   -- /proc/sys/kernel/random/boot_id
    dropped_calls    INTEGER NOT NULL DEFAULT 0,
    last_drop_at     TEXT,
    last_drop_reason TEXT
) STRICT;
CREATE INDEX writers_living ON writers (id) WHERE ended_at IS NULL;

CREATE TABLE invocations (
    id                     TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    created_at             TEXT NOT NULL,
    updated_at             TEXT NOT NULL,
    completed_at           TEXT,
    correlation_id         TEXT,
    source_function        TEXT NOT NULL,
    source_table           TEXT,
    source_operation       TEXT,
    source_system          TEXT,
    source_job_id          TEXT,
    source_event_id        TEXT,
    source_event_payload   TEXT,
    source_event_time      TEXT,
    source_user_email      TEXT,
    source_user_role       TEXT,
    total_duration_ms      INTEGER,
    events_detected_count  INTEGER NOT NULL DEFAULT 0,
    total_jobs_run         INTEGER NOT NULL DEFAULT 0,
    total_jobs_succeeded   INTEGER NOT NULL DEFAULT 0,
    total_jobs_failed      INTEGER NOT NULL DEFAULT 0,
    auto_load_modules      INTEGER CHECK (auto_load_modules IN (0, 1)),
    event_modules_directory TEXT,
    status                 TEXT NOT NULL DEFAULT 'running'
                           CHECK (status = 'running' OR status = 'completed' OR status = 'failed' OR
                                  status = 'timeout' OR status = 'crashed'),
    error_message          TEXT,
    error_stack            TEXT,
    context_data           TEXT,
    writer_id              INTEGER             -- local only: whose crash would make this row crashed
) STRICT;

-- Small rows without a rowid: each written row changes one B-tree instead of two.
CREATE TABLE event_executions (
    id                    TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    invocation_id         TEXT NOT NULL,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL,
    completed_at          TEXT,
    correlation_id        TEXT,
    event_name            TEXT NOT NULL,
    event_module_path     TEXT,
    detected              INTEGER NOT NULL DEFAULT 0 CHECK (detected IN (0, 1)),
    detection_duration_ms INTEGER,
    detection_error       TEXT,
    detection_error_stack TEXT,
    handler_duration_ms   INTEGER,
    handler_error         TEXT,
    handler_error_stack   TEXT,
    jobs_count            INTEGER NOT NULL DEFAULT 0,
    jobs_succeeded        INTEGER NOT NULL DEFAULT 0,
    jobs_failed           INTEGER NOT NULL DEFAULT 0,
    status                TEXT NOT NULL DEFAULT 'detecting'
                          CHECK (status = 'detecting' OR status = 'not_detected' OR status = 'handling' OR
                                 status = 'completed' OR status = 'failed' OR status = 'detection_failed' OR
                                 status = 'handler_failed' OR status = 'crashed'),
    writer_id             INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE job_executions (
    id                 TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    invocation_id      TEXT NOT NULL,
    event_execution_id TEXT NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    completed_at       TEXT,
    correlation_id     TEXT,
    job_name           TEXT NOT NULL,
    job_function_name  TEXT,
    job_options        TEXT,
    duration_ms        INTEGER,
    status             TEXT NOT NULL DEFAULT 'running'
                       CHECK (status = 'running' OR status = 'completed' OR status = 'failed' OR
                              status = 'crashed'),
    result             TEXT,
    error_message      TEXT,
    error_stack        TEXT,
    writer_id          INTEGER
) STRICT;

CREATE TABLE job_logs (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    job_execution_id TEXT NOT NULL,
    invocation_id    TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    sequence         INTEGER NOT NULL,      -- order within the job, from 1
    level            TEXT NOT NULL CHECK (level = 'debug' OR level = 'info' OR level = 'warn' OR level = 'error'),
    message          TEXT NOT NULL,
    data             TEXT,
    source           TEXT,
    line_number      INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX invocations_by_time        ON invocations (created_at);
CREATE INDEX invocations_by_correlation ON invocations (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX invocations_by_source_job  ON invocations (source_job_id) WHERE source_job_id IS NOT NULL;
CREATE INDEX invocations_failed         ON invocations (created_at)
    WHERE status = 'failed' OR status = 'timeout' OR status = 'crashed';
CREATE INDEX invocations_running        ON invocations (writer_id) WHERE status = 'running';
CREATE INDEX event_executions_by_invocation ON event_executions (invocation_id);
CREATE INDEX event_executions_running   ON event_executions (writer_id) WHERE status IN ('detecting', 'handling');
CREATE INDEX job_executions_by_invocation ON job_executions (invocation_id);
CREATE INDEX job_executions_by_event    ON job_executions (event_execution_id);
CREATE INDEX job_executions_running     ON job_executions (writer_id) WHERE status = 'running';
CREATE INDEX job_logs_by_job            ON job_logs (job_execution_id);

-- The transactional outbox: one entry for each change, in commit order. An entry is deleted when
-- the central database has acknowledged the row. The first entry is always the watermark:
-- everything up to and including its seq has been acknowledged. It also keeps the table from ever
-- being empty, so that seq never restarts (AUTOINCREMENT would give the same, but write one more
-- page in each transaction).
CREATE TABLE outbox (
    seq    INTEGER PRIMARY KEY,
    entity TEXT NOT NULL CHECK (entity = 'watermark' OR entity = 'invocations' OR
                                entity = 'event_executions' OR entity = 'job_executions' OR
                                entity = 'job_logs'),
    row    TEXT NOT NULL
) STRICT;
INSERT INTO outbox (seq, entity, row) VALUES (0, 'watermark', '');

CREATE TRIGGER outbox_keeps_watermark BEFORE DELETE ON outbox WHEN old.entity = 'watermark'
BEGIN
    SELECT raise(ABORT, 'the outbox must keep its watermark, or rows shipped later would look older than they are');
END;

CREATE TRIGGER invocations_inserted AFTER INSERT ON invocations
BEGIN INSERT INTO outbox (entity, row) VALUES ('invocations', new.id); END;
CREATE TRIGGER invocations_updated AFTER UPDATE ON invocations
BEGIN INSERT INTO outbox (entity, row) VALUES ('invocations', new.id); END;
CREATE TRIGGER event_executions_inserted AFTER INSERT ON event_executions
BEGIN INSERT INTO outbox (entity, row) VALUES ('event_executions', new.id); END;
CREATE TRIGGER event_executions_updated AFTER UPDATE ON event_executions
BEGIN INSERT INTO outbox (entity, row) VALUES ('event_executions', new.id); END;
CREATE TRIGGER job_executions_inserted AFTER INSERT ON job_executions
BEGIN INSERT INTO outbox (entity, row) VALUES ('job_executions', new.id); END;
CREATE TRIGGER job_executions_updated AFTER UPDATE ON job_executions
BEGIN INSERT INTO outbox (entity, row) VALUES ('job_executions', new.id); END;
CREATE TRIGGER job_logs_inserted AFTER INSERT ON job_logs
BEGIN INSERT INTO outbox (entity, row) VALUES ('job_logs', new.id); END;
CREATE TRIGGER job_logs_updated AFTER UPDATE ON job_logs
BEGIN INSERT INTO outbox (entity, row) VALUES ('job_logs', new.id); END;

-- Numbers and durations of an hour are read together with the hours themselves; each other figure
-- is read only when a query selects it, from the hour's part of the index invocations_by_hour. That
-- has the durations in order, so that a percentile sorts nothing, and the least and the greatest
-- are its ends.
CREATE VIEW dashboard_stats AS
WITH runs AS NOT MATERIALIZED (
    SELECT substr(created_at, 1, 13) || ':00:00.000000Z' AS hour_bucket, * FROM invocations
)
SELECT hour_bucket, source_function, total_invocations,
       (SELECT count(*) FROM runs r WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)
          AND status = 'completed')                          AS successful_invocations,
       (SELECT count(*) FROM runs r WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)
          AND (status = 'failed' OR status = 'timeout' OR status = 'crashed')) AS failed_invocations,
       (SELECT sum(events_detected_count) FROM runs r
        WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)) AS total_events_detected,
       (SELECT sum(total_jobs_run) FROM runs r
        WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)) AS total_jobs_run,
       (SELECT sum(total_jobs_succeeded) FROM runs r
        WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)) AS total_jobs_succeeded,
       avg_duration_ms,
       (SELECT min(total_duration_ms) FROM runs r
        WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)) AS min_duration_ms,
       (SELECT max(total_duration_ms) FROM runs r
        WHERE (r.hour_bucket, r.source_function) = (h.hour_bucket, h.source_function)) AS max_duration_ms,
       p95_duration_ms
FROM (SELECT hour_bucket, source_function,
             count(*)                                           AS total_invocations,
             round(avg(total_duration_ms), 2)                   AS avg_duration_ms,
             round(percentile_cont(total_duration_ms, 0.95), 2) AS p95_duration_ms
      FROM runs
      GROUP BY 1, 2) h;

-- The id of an hour of a function is that of its first invocation.
CREATE VIEW metrics_hourly AS
SELECT (SELECT i.id FROM invocations i
        WHERE i.created_at >= s.hour_bucket AND i.created_at < substr(s.hour_bucket, 1, 13) || ';'
          AND i.source_function = s.source_function
        ORDER BY i.created_at, i.id LIMIT 1)                 AS id,
       s.hour_bucket, s.source_function, s.total_invocations, s.total_events_detected,
       s.total_jobs_run, s.successful_invocations, s.failed_invocations,
       s.avg_duration_ms, s.min_duration_ms, s.max_duration_ms, s.p95_duration_ms,
       (SELECT json_group_array(json_object('event_name', event_name, 'count', n)) FROM (
            SELECT e.event_name, count(*) AS n
            FROM invocations i JOIN event_executions e ON e.invocation_id = i.id
            WHERE i.created_at >= s.hour_bucket AND i.created_at < substr(s.hour_bucket, 1, 13) || ';'
              AND i.source_function = s.source_function AND e.detected
            GROUP BY e.event_name ORDER BY n DESC, e.event_name LIMIT 10)) AS top_detected_events,
       (SELECT json_group_array(json_object('job_name', job_name, 'count', n)) FROM (
            SELECT j.job_name, count(*) AS n
            FROM invocations i JOIN job_executions j ON j.invocation_id = i.id
            WHERE i.created_at >= s.hour_bucket AND i.created_at < substr(s.hour_bucket, 1, 13) || ';'
              AND i.source_function = s.source_function AND j.status IN ('failed', 'crashed')
            GROUP BY j.job_name ORDER BY n DESC, j.job_name LIMIT 10)) AS most_failed_jobs,
       s.hour_bucket                                         AS created_at
FROM dashboard_stats s;
