-- What the centre has of each store, so that an edge can tell a centre that was restored, replaced or
-- failed over from the one that it has shipped to.

-- Made with the schema, so that a centre that replaces another one is told from it.
CREATE TABLE centre (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO centre DEFAULT VALUES;

-- Up to which change the rows of a store have come without a gap. Only a batch that continues this
-- raises it, in the transaction that applies its rows; what an edge claims with a batch that has none
-- does not. So after a restore it is as old as the rows.
CREATE TABLE replication_marks (
    store_id       uuid PRIMARY KEY,
    complete_seq   bigint NOT NULL,
    -- Rows that change later were changed after this time, by the clocks of the edge and of the
    -- centre; null where that is not known.
    complete_until timestamptz
);
-- Nothing better is known of the batches that came before.
INSERT INTO replication_marks (store_id, complete_seq) SELECT store_id, last_seq FROM replication_stores;

-- What waits in the inbox or was set aside there, by store.
CREATE INDEX replication_inbox_unsettled ON replication_inbox (store_id, first_seq) INCLUDE (last_seq, bytes)
    WHERE state <> 'applied';

-- Which login posts for a store: the one that first did, or what `edo-replicator bind` says. It may be a
-- group role, whose members all post for it.
CREATE TABLE replication_bindings (
    store_id uuid PRIMARY KEY,
    login    text NOT NULL,
    bound_at timestamptz NOT NULL DEFAULT now()
);

-- Refuses a batch of a store that another login posts for. A store that came here by another way than the
-- inbox is nobody's until it is bound.
CREATE FUNCTION require_binding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM replication_bindings WHERE store_id = NEW.store_id)
       AND NOT EXISTS (SELECT FROM replication_marks WHERE store_id = NEW.store_id) THEN
        INSERT INTO replication_bindings (store_id, login) VALUES (NEW.store_id, session_user)
        ON CONFLICT DO NOTHING;
    END IF;
    IF NOT EXISTS (SELECT FROM replication_bindings b JOIN pg_roles r ON r.rolname = b.login::name
                   WHERE b.store_id = NEW.store_id AND pg_has_role(session_user, r.oid, 'MEMBER')) THEN
        RAISE EXCEPTION 'the login % does not post for store %; if it shall, run edo-replicator bind --store % --login % at the centre',
            session_user, NEW.store_id, NEW.store_id, session_user
            USING ERRCODE = 'invalid_role_specification';
    END IF;
    RETURN NEW;
END
$$;

-- How much may wait: batches in the inbox that are pending or failed, of one store and of all stores of
-- one login; and dead letters of one store. An administrator may change it; null is no limit.
CREATE TABLE replication_quotas (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    store_batches bigint DEFAULT 10000,
    store_bytes   bigint DEFAULT 1073741824,
    login_batches bigint DEFAULT 100000,
    login_bytes   bigint DEFAULT 8589934592,
    store_letters bigint DEFAULT 10000
);
INSERT INTO replication_quotas DEFAULT VALUES;

-- Refuses a batch beyond the quotas. What waits is counted, in the index alone: a number that is kept
-- beside it may come to differ, and every applier would wait for its line.
CREATE FUNCTION require_quota() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
DECLARE
    quota   replication_quotas;
    waiting record;
BEGIN
    SELECT * INTO quota FROM replication_quotas WHERE only_row;
    SELECT * INTO waiting FROM (
        SELECT 'store ' || NEW.store_id AS whose, count(*) AS batches, coalesce(sum(i.bytes), 0) AS bytes,
               quota.store_batches AS most_batches, quota.store_bytes AS most_bytes
        FROM replication_inbox i WHERE i.state <> 'applied' AND i.store_id = NEW.store_id
        UNION ALL
        SELECT 'login ' || NEW.posted_by, count(*), coalesce(sum(i.bytes), 0),
               quota.login_batches, quota.login_bytes
        FROM replication_inbox i WHERE i.state IN ('pending', 'failed') AND i.posted_by = NEW.posted_by) w
    WHERE w.batches >= w.most_batches OR w.bytes + octet_length(NEW.payload) > w.most_bytes LIMIT 1;
    IF FOUND THEN
        -- It is the same each time, so that it is told once.
        RAISE EXCEPTION 'the inbox has no more room for %, of which % batches and % bytes may wait; have them applied, or change replication_quotas at the centre; nothing is lost',
            waiting.whose, waiting.most_batches, waiting.most_bytes
            USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
    RETURN NEW;
END
$$;

-- How many dead letters a store may have of a batch with rows that have these ids: what its quota leaves
-- besides those of other rows.
CREATE FUNCTION room_for_letters(of_store uuid, row_ids text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT greatest(0, coalesce((SELECT store_letters FROM replication_quotas), 9223372036854775807) - count(*))
    FROM replication_dead_letters d WHERE d.store_id = of_store AND d.row_id NOT IN (SELECT unnest(row_ids))
$$;

-- Whoever may write the tables themselves is not held up.
CREATE TRIGGER require_binding BEFORE INSERT ON replication_inbox FOR EACH ROW
    WHEN (NOT has_table_privilege(session_user, 'invocations'::regclass, 'INSERT'))
    EXECUTE FUNCTION require_binding();
CREATE TRIGGER require_quota BEFORE INSERT ON replication_inbox FOR EACH ROW
    WHEN (NOT has_table_privilege(session_user, 'invocations'::regclass, 'INSERT'))
    EXECUTE FUNCTION require_quota();

-- How far batches follow each other beyond `mark`: those of the ledger that begin after `behind`, and
-- those in the inbox where they count. In the order of their first change, the first one that leaves a
-- gap ends it.
CREATE FUNCTION replication_reach(of_store uuid, behind bigint, mark bigint, with_inbox boolean) RETURNS bigint
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH ranges AS (
        SELECT b.first_seq, b.last_seq FROM replication_batches b
        WHERE b.store_id = of_store AND b.first_seq > behind
        UNION ALL
        SELECT i.first_seq, i.last_seq FROM replication_inbox i
        WHERE with_inbox AND i.store_id = of_store AND i.state <> 'applied'
    ), chain AS (
        SELECT first_seq, last_seq,
               greatest(mark, max(last_seq) OVER (ORDER BY first_seq, last_seq
                                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS reached
        FROM ranges
    )
    SELECT coalesce(min(reached) FILTER (WHERE first_seq > reached + 1), greatest(mark, max(last_seq)))
    FROM chain
$$;

-- Notes that the changes from `first` to `last` of a store have come. Called by whoever applies them, in
-- the same transaction. `changed_after` is the time of a change among them, null if there is none.
CREATE FUNCTION raise_mark(of_store uuid, first bigint, last bigint, changed_after timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    mark bigint;
BEGIN
    INSERT INTO replication_marks (store_id, complete_seq) VALUES (of_store, 0) ON CONFLICT DO NOTHING;
    -- Whoever applies another batch of this store waits here, and then sees the ledger as it is.
    SELECT complete_seq INTO mark FROM replication_marks WHERE store_id = of_store FOR UPDATE;
    IF first > mark + 1 OR last <= mark THEN
        RETURN;
    END IF;
    UPDATE replication_marks
    SET complete_seq = replication_reach(of_store, mark, last, false),
        complete_until = CASE WHEN changed_after IS NULL THEN complete_until
                              ELSE greatest(complete_until, least(changed_after, clock_timestamp())) END
    WHERE store_id = of_store;
END
$$;

-- What an edge may know: who the centre is, and what it has of this one store, in its tables or in the
-- inbox. The mark says nothing of other stores, and whoever asks must know the store's id.
CREATE FUNCTION replication_known(of_store uuid, OUT centre_id uuid, OUT reached bigint,
                                  OUT complete_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT c.id, replication_reach(of_store, coalesce(m.complete_seq, 0), coalesce(m.complete_seq, 0), true), m.complete_until
    FROM centre c LEFT JOIN replication_marks m ON m.store_id = of_store
$$;

REVOKE EXECUTE ON FUNCTION raise_mark(uuid, bigint, bigint, timestamptz) FROM PUBLIC;

-- What prune() has removed, so that verify and healing do not take it for lost: what was started before.
CREATE TABLE retention (
    only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    completed_before timestamptz NOT NULL,
    others_before    timestamptz NOT NULL   -- failed, crashed or never ended
);

-- Retention: removes trees older than `older_than`, but failures only when they are older than
-- `keep_failures`. Returns the number of invocations removed.
CREATE OR REPLACE FUNCTION prune(older_than interval, keep_failures interval DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    completed timestamptz := now() - older_than;
    others    timestamptz := now() - greatest(older_than, coalesce(keep_failures, older_than));
    removed   bigint;
BEGIN
    DELETE FROM invocations WHERE created_at < completed AND (status = 'completed' OR created_at < others);
    GET DIAGNOSTICS removed = ROW_COUNT;
    INSERT INTO retention AS r (completed_before, others_before) VALUES (completed, others)
    ON CONFLICT (only_row) DO UPDATE SET
        completed_before = greatest(r.completed_before, excluded.completed_before),
        others_before = greatest(r.others_before, excluded.others_before);
    RETURN removed;
END
$$;
