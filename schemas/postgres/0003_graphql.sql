-- What waits and what was refused, as GraphQL shows it: without its bytes, which are not for readers.

CREATE VIEW replication_inbox_entries AS
SELECT id, received_at, store_id, first_seq, last_seq, octet_length(payload) AS bytes, state, settled_at,
       error
FROM replication_inbox;

CREATE VIEW replication_dead_letter_entries AS
SELECT store_id, table_name, row_id, row_version, error, octet_length(payload) AS bytes, via, attempts,
       first_failed_at, last_failed_at
FROM replication_dead_letters;
