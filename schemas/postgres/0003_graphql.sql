-- Pending batches and dead letters for GraphQL, without their bytes, which readers must not see.

CREATE VIEW replication_inbox_entries AS
SELECT id, received_at, store_id, first_seq, last_seq, octet_length(payload) AS bytes, state, settled_at,
       error
FROM replication_inbox;

CREATE VIEW replication_dead_letter_entries AS
SELECT store_id, table_name, row_id, row_version, error, octet_length(payload) AS bytes, via, attempts,
       first_failed_at, last_failed_at
FROM replication_dead_letters;

-- Running rows, which are few in a table of any size.
CREATE INDEX invocations_running ON invocations (created_at) WHERE status = 'running';

-- Index-only scans answer the dashboard's queries over many rows: figures of a time range, and jobs
-- ordered by time.
DROP INDEX invocations_by_time;
CREATE INDEX invocations_by_time ON invocations (created_at) INCLUDE (status, total_duration_ms);
CREATE INDEX job_executions_by_time ON job_executions (created_at) INCLUDE (job_name, status, duration_ms);

-- An index-only scan needs pages that were vacuumed since they were written. By default PostgreSQL
-- waits until a fifth of the table is new, and new rows are queried most. Vacuum skips pages that
-- it has done before, so frequent runs cost little more than rare ones.
ALTER TABLE invocations SET (autovacuum_vacuum_insert_scale_factor = 0.01);
ALTER TABLE job_executions SET (autovacuum_vacuum_insert_scale_factor = 0.01);
