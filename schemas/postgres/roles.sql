-- Rights in the central database, as three group roles without a login: GRANT edo_edge TO shop_7.
-- A fourth one, edo_sql, is what the SQL of edo serve --allow-sql runs as.
-- Run it with search_path set to the schema, after the migrations. It may be run again: the roles
-- then have exactly these rights there.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['edo_edge', 'edo_applier', 'edo_reader', 'edo_sql'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another database of the same server was faster
        END;
    END LOOP;
    -- Made anew below. Who owns the schema may drop it, even if edo_sql owns it.
    DROP FUNCTION IF EXISTS run_sql(text, integer, integer, integer);
    -- An edge may call what every user may call, so this revokes the default and grants below.
    EXECUTE format('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA %I
                    FROM PUBLIC, edo_edge, edo_applier, edo_reader, edo_sql', current_schema());
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM edo_edge, edo_applier, edo_reader, edo_sql',
                   current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO edo_edge, edo_applier, edo_reader, edo_sql',
                   current_schema());
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
    replication_inbox_entries, replication_dead_letter_entries TO edo_reader, edo_sql;
GRANT SELECT (id, received_at, store_id, first_seq, last_seq, state, settled_at, error, attempts,
    first_failed_at, retry_at, posted_by) ON replication_inbox TO edo_reader, edo_sql;
GRANT SELECT (store_id, table_name, row_id, row_version, error, via, attempts, first_failed_at,
              last_failed_at) ON replication_dead_letters TO edo_reader, edo_sql;
GRANT EXECUTE ON FUNCTION replication_reach(uuid, bigint, bigint, boolean), success_rate(invocations), avg_job_duration(invocations),
    job_success_rate(event_executions), console_logs(job_executions), hasura_event_id(invocations),
    hasura_event_payload(invocations), hasura_event_time(invocations),
    hasura_user_email(invocations), hasura_user_role(invocations) TO edo_reader, edo_sql;

-- Runs one query as edo_sql, to which nobody is logged in: it can therefore end no session, read no
-- file, and, within a function of this kind, take no other role. Each row is an array of texts; a
-- last one that is null says that there is more. The caller sets the time limit.
CREATE FUNCTION run_sql(statement text, columns integer, most_rows integer, most_bytes integer)
RETURNS SETOF text[]
LANGUAGE plpgsql AS $$
DECLARE
    names  text;
    casts  text;
    fields text[];
    found  integer := 0;
    bytes  bigint := 0;
BEGIN
    -- The user who restores a dump without owners owns this function, and must not run SQL of others.
    IF current_user <> 'edo_sql' THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('run_sql belongs to %s instead of edo_sql', current_user),
            HINT = 'Run edo-replicator migrate --roles.';
    END IF;
    SELECT string_agg(format('c%s', n), ', '), string_agg(format('c%s::text', n), ', ') INTO names, casts
    FROM generate_series(1, columns) AS n;
    FOR fields IN EXECUTE format(E'SELECT ARRAY[%s] FROM (%s\n) AS q(%s)', casts, statement, names) LOOP
        found := found + 1;
        bytes := bytes + coalesce((SELECT sum(octet_length(field)) FROM unnest(fields) AS field), 0);
        IF found > most_rows OR bytes > most_bytes THEN
            RETURN NEXT NULL;
            EXIT;
        END IF;
        RETURN NEXT fields;
    END LOOP;
    PERFORM pg_advisory_unlock_all();
EXCEPTION WHEN query_canceled OR OTHERS THEN
    PERFORM pg_advisory_unlock_all();  -- a pooler gives the session to others
    RAISE;
END
$$;
REVOKE EXECUTE ON FUNCTION run_sql(text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION run_sql(text, integer, integer, integer) TO edo_reader;

-- Giving a function to a role takes membership in it, and the role's right to create functions here.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO edo_sql', current_schema());
    IF NOT pg_has_role('edo_sql', 'USAGE') THEN
        GRANT edo_sql TO CURRENT_USER;
    END IF;
    EXECUTE format('ALTER FUNCTION run_sql(text, integer, integer, integer) SET search_path = %I, public, pg_temp',
                   current_schema());
    ALTER FUNCTION run_sql(text, integer, integer, integer) SECURITY DEFINER;
    ALTER FUNCTION run_sql(text, integer, integer, integer) OWNER TO edo_sql;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM edo_sql', current_schema());
EXCEPTION WHEN insufficient_privilege THEN
    DROP FUNCTION run_sql(text, integer, integer, integer);
    RAISE WARNING 'edo serve cannot offer SQL here: % cannot give a function to the role edo_sql', current_user;
END
$$;
