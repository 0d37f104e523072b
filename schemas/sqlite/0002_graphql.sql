-- What the GraphQL server cannot read from the tables: the real types of STRICT's TEXT and INTEGER
-- columns, and the computed fields that are functions in the central database.

-- Each type as in a CREATE TABLE of PostgreSQL; null hides a column. A column that is not listed
-- here has its declared type.
CREATE TABLE column_types (
    relation TEXT NOT NULL,
    name     TEXT NOT NULL,
    type     TEXT,
    PRIMARY KEY (relation, name)
) STRICT, WITHOUT ROWID;

INSERT INTO column_types (relation, name, type) VALUES
    ('invocations', 'id', 'uuid'),
    ('invocations', 'created_at', 'timestamptz'),
    ('invocations', 'updated_at', 'timestamptz'),
    ('invocations', 'completed_at', 'timestamptz'),
    ('invocations', 'source_job_id', 'uuid'),
    ('invocations', 'source_event_id', 'uuid'),
    ('invocations', 'source_event_payload', 'jsonb'),
    ('invocations', 'source_event_time', 'timestamptz'),
    ('invocations', 'auto_load_modules', 'boolean'),
    ('invocations', 'context_data', 'jsonb'),
    ('invocations', 'writer_id', NULL),
    ('event_executions', 'id', 'uuid'),
    ('event_executions', 'invocation_id', 'uuid'),
    ('event_executions', 'created_at', 'timestamptz'),
    ('event_executions', 'updated_at', 'timestamptz'),
    ('event_executions', 'completed_at', 'timestamptz'),
    ('event_executions', 'detected', 'boolean'),
    ('event_executions', 'writer_id', NULL),
    ('job_executions', 'id', 'uuid'),
    ('job_executions', 'invocation_id', 'uuid'),
    ('job_executions', 'event_execution_id', 'uuid'),
    ('job_executions', 'created_at', 'timestamptz'),
    ('job_executions', 'updated_at', 'timestamptz'),
    ('job_executions', 'completed_at', 'timestamptz'),
    ('job_executions', 'job_options', 'jsonb'),
    ('job_executions', 'result', 'jsonb'),
    ('job_executions', 'writer_id', NULL),
    ('job_logs', 'id', 'uuid'),
    ('job_logs', 'job_execution_id', 'uuid'),
    ('job_logs', 'invocation_id', 'uuid'),
    ('job_logs', 'created_at', 'timestamptz'),
    ('job_logs', 'data', 'jsonb'),
    ('metrics_hourly', 'id', 'uuid PRIMARY KEY'),
    ('metrics_hourly', 'hour_bucket', 'timestamptz NOT NULL'),
    ('metrics_hourly', 'source_function', 'text NOT NULL'),
    ('metrics_hourly', 'total_invocations', 'integer NOT NULL'),
    ('metrics_hourly', 'total_events_detected', 'integer NOT NULL'),
    ('metrics_hourly', 'total_jobs_run', 'integer NOT NULL'),
    ('metrics_hourly', 'successful_invocations', 'integer NOT NULL'),
    ('metrics_hourly', 'failed_invocations', 'integer NOT NULL'),
    ('metrics_hourly', 'avg_duration_ms', 'numeric(12, 2)'),
    ('metrics_hourly', 'min_duration_ms', 'integer'),
    ('metrics_hourly', 'max_duration_ms', 'integer'),
    ('metrics_hourly', 'p95_duration_ms', 'numeric(12, 2)'),
    ('metrics_hourly', 'top_detected_events', 'jsonb'),
    ('metrics_hourly', 'most_failed_jobs', 'jsonb'),
    ('metrics_hourly', 'created_at', 'timestamptz NOT NULL'),
    ('dashboard_stats', 'hour_bucket', 'timestamptz'),
    ('dashboard_stats', 'source_function', 'text'),
    ('dashboard_stats', 'total_invocations', 'integer'),
    ('dashboard_stats', 'successful_invocations', 'integer'),
    ('dashboard_stats', 'failed_invocations', 'integer'),
    ('dashboard_stats', 'total_events_detected', 'integer'),
    ('dashboard_stats', 'total_jobs_run', 'integer'),
    ('dashboard_stats', 'total_jobs_succeeded', 'integer'),
    ('dashboard_stats', 'avg_duration_ms', 'numeric(12, 2)'),
    ('dashboard_stats', 'min_duration_ms', 'integer'),
    ('dashboard_stats', 'max_duration_ms', 'integer'),
    ('dashboard_stats', 'p95_duration_ms', 'numeric(12, 2)'),
    ('success_rate', 'value', 'numeric'),
    ('avg_job_duration', 'value', 'numeric(12, 2)'),
    ('job_success_rate', 'value', 'numeric'),
    ('console_logs', 'value', 'jsonb'),
    ('hasura_event_id', 'value', 'text'),
    ('hasura_event_payload', 'value', 'jsonb'),
    ('hasura_event_time', 'value', 'timestamptz'),
    ('hasura_user_email', 'value', 'text'),
    ('hasura_user_role', 'value', 'text');

-- Computed fields: a view for each, with the row's id and the value. None reads more rows than the
-- requested one.
CREATE VIEW success_rate AS
SELECT id, CASE WHEN total_jobs_run > 0 THEN round(total_jobs_succeeded * 100.0 / total_jobs_run, 2)
                ELSE 100 END AS value
FROM invocations;

CREATE VIEW avg_job_duration AS
SELECT id, (SELECT round(avg(j.duration_ms), 2) FROM job_executions j WHERE j.invocation_id = i.id) AS value
FROM invocations i;

CREATE VIEW job_success_rate AS
SELECT id, CASE WHEN jobs_count > 0 THEN round(jobs_succeeded * 100.0 / jobs_count, 2)
                ELSE 100 END AS value
FROM event_executions;

-- Keys and times as in the central database's jsonb. The order is that of a subquery, since a
-- SQLite before 3.44 could not even open a store with ORDER BY inside of a function.
CREATE VIEW console_logs AS
SELECT id, (SELECT nullif(json_group_array(json(line)), '[]')
            FROM (SELECT json_object('data', json(l.data), 'level', l.level, 'message', l.message, 'timestamp',
                                     rtrim(rtrim(substr(l.created_at, 1, 26), '0'), '.') || '+00:00') AS line
                  FROM job_logs l WHERE l.job_execution_id = j.id
                  ORDER BY l.sequence, l.id)) AS value
FROM job_executions j;

-- Names that older clients use.
CREATE VIEW hasura_event_id AS SELECT id, source_event_id AS value FROM invocations;
CREATE VIEW hasura_event_payload AS SELECT id, source_event_payload AS value FROM invocations;
CREATE VIEW hasura_event_time AS SELECT id, source_event_time AS value FROM invocations;
CREATE VIEW hasura_user_email AS SELECT id, source_user_email AS value FROM invocations;
CREATE VIEW hasura_user_role AS SELECT id, source_user_role AS value FROM invocations;

-- What the dashboard asks of many rows is answered from indexes alone: figures of a range of time, and
-- hours, whose expression is the one in the view dashboard_stats. docs/performance.md has what they
-- cost a recorder, and what they save.
DROP INDEX invocations_by_time;
CREATE INDEX invocations_by_time ON invocations (created_at, status, total_duration_ms, source_function);
CREATE INDEX invocations_by_hour ON invocations
    (substr(created_at, 1, 13) || ':00:00.000000Z', source_function, total_duration_ms, status,
     events_detected_count, total_jobs_run, total_jobs_succeeded, created_at);
CREATE INDEX job_executions_by_time ON job_executions (created_at, job_name, status, duration_ms);
