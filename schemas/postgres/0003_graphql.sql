-- What waits and what was refused, as GraphQL shows it: without its bytes, which are not for readers.

CREATE VIEW replication_inbox_entries AS
SELECT id, received_at, store_id, first_seq, last_seq, octet_length(payload) AS bytes, state, settled_at,
       error
FROM replication_inbox;

CREATE VIEW replication_dead_letter_entries AS
SELECT store_id, table_name, row_id, row_version, error, octet_length(payload) AS bytes, via, attempts,
       first_failed_at, last_failed_at
FROM replication_dead_letters;

-- What is running, of which there is little however much there is in all.
CREATE INDEX invocations_running ON invocations (created_at) WHERE status = 'running';

-- What the dashboard asks of many rows is answered from indexes alone: figures of a range of time, and
-- jobs in the order of their time.
DROP INDEX invocations_by_time;
CREATE INDEX invocations_by_time ON invocations (created_at) INCLUDE (status, total_duration_ms);
CREATE INDEX job_executions_by_time ON job_executions (created_at) INCLUDE (job_name, status, duration_ms);

-- An index alone will do only for pages that were vacuumed since they were written. Left to itself
-- PostgreSQL waits until a fifth of the table is new, which are the rows that are asked for most. What
-- was vacuumed before is passed over, so often costs little more than seldom.
ALTER TABLE invocations SET (autovacuum_vacuum_insert_scale_factor = 0.01);
ALTER TABLE job_executions SET (autovacuum_vacuum_insert_scale_factor = 0.01);
