-- Rights in the central database, as three group roles without a login: GRANT edo_edge TO shop_7.
-- Run it with search_path set to the schema, after the migrations. It may be run again: the roles
-- then have exactly these rights there.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['edo_edge', 'edo_applier', 'edo_reader'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another database of the same server was faster
        END;
    END LOOP;
    -- An edge may call what every user may call, so this revokes the default and grants below.
    EXECUTE format('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA %I
                    FROM PUBLIC, edo_edge, edo_applier, edo_reader', current_schema());
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM edo_edge, edo_applier, edo_reader',
                   current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO edo_edge, edo_applier, edo_reader', current_schema());
END
$$;

-- An edge posts batches, and can neither read nor change posted batches. It may ask for the
-- progress of a store.
GRANT INSERT (store_id, first_seq, last_seq, payload) ON replication_inbox TO edo_edge;
GRANT EXECUTE ON FUNCTION replication_known(uuid) TO edo_edge, edo_applier, edo_reader;

-- Applies batches, from the inbox or directly from stores.
GRANT SELECT ON schema_migrations, schema_contract, retention TO edo_applier;
GRANT SELECT, INSERT, UPDATE ON invocations, event_executions, job_executions, job_logs,
    replication_stores, replication_batches TO edo_applier;
GRANT SELECT, INSERT (store_id, first_seq, last_seq, payload), UPDATE (state, settled_at, error, attempts,
    first_failed_at, retry_at) ON replication_inbox TO edo_applier;
GRANT SELECT, INSERT, UPDATE, DELETE ON replication_dead_letters TO edo_applier;
GRANT SELECT, INSERT, UPDATE ON replication_bindings TO edo_applier;
GRANT INSERT ON metrics_stale TO edo_applier;
GRANT EXECUTE ON FUNCTION maintenance_task(text, integer, integer, interval, interval), maintenance(interval, interval),
    forget_superseded_letters(text[], integer), raise_mark(uuid, bigint, bigint, timestamptz),
    claim_batch(text, uuid, boolean), room_for_letters(uuid, text[]) TO edo_applier;

-- Dashboards, GraphQL, status and verify. The tables have not checked the bytes of pending batches
-- and dead letters, so readers cannot see them.
GRANT SELECT ON schema_migrations, schema_contract, invocations, event_executions, job_executions,
    job_logs, metrics_hourly, dashboard_stats, replication_stores, replication_marks, retention, replication_batches,
    replication_bindings, replication_quotas,
    replication_inbox_entries, replication_dead_letter_entries TO edo_reader;
GRANT SELECT (id, received_at, store_id, first_seq, last_seq, state, settled_at, error, attempts,
    first_failed_at, retry_at, posted_by) ON replication_inbox TO edo_reader;
GRANT SELECT (store_id, table_name, row_id, row_version, error, via, attempts, first_failed_at,
              last_failed_at) ON replication_dead_letters TO edo_reader;
GRANT EXECUTE ON FUNCTION replication_reach(uuid, bigint, bigint, boolean), success_rate(invocations), avg_job_duration(invocations),
    job_success_rate(event_executions), console_logs(job_executions), hasura_event_id(invocations),
    hasura_event_payload(invocations), hasura_event_time(invocations),
    hasura_user_email(invocations), hasura_user_role(invocations) TO edo_reader;
