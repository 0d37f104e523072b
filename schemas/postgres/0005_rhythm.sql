-- The usual time between two contacts of a store, so that one that ships once a day is not silent
-- after an hour. Null until the store has come back for the first time.
ALTER TABLE replication_stores ADD COLUMN contact_interval_seconds real;
