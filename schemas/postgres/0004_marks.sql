-- The progress of each store, by which an edge detects that the central database was restored,
-- replaced or failed over.

-- Created with the schema, so that a replacement has another id.
CREATE TABLE centre (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO centre DEFAULT VALUES;

-- The mark of a store: its changes up to this sequence number are here without a gap. Only a batch
-- with rows that continues at the mark raises it, in the transaction that applies its rows; an
-- empty batch does not. So after a restore the mark is as old as the rows.
CREATE TABLE replication_marks (
    store_id       uuid PRIMARY KEY,
    complete_seq   bigint NOT NULL,
    -- Later changes were made after this time, by the clocks of the edge and of the central
    -- database; null if that is not known.
    complete_until timestamptz
);
-- The best estimate for batches that came before this migration.
INSERT INTO replication_marks (store_id, complete_seq) SELECT store_id, last_seq FROM replication_stores;

-- Pending and failed batches of the inbox, by store.
CREATE INDEX replication_inbox_unsettled ON replication_inbox (store_id, first_seq) INCLUDE (last_seq, bytes)
    WHERE state <> 'applied';

-- The login that posts for a store: the first one that did, or the one set by `edo-replicator
-- bind`. It may be a group role, whose members may all post.
CREATE TABLE replication_bindings (
    store_id uuid PRIMARY KEY,
    login    text NOT NULL,
    bound_at timestamptz NOT NULL DEFAULT now()
);

-- Refuses a batch of a store that is bound to another login. A store that came in another way than
-- through the inbox must be bound first.
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
        RAISE EXCEPTION 'the login % may not post for store %; to allow it, run edo-replicator bind --store % --login % on the central database',
            session_user, NEW.store_id, NEW.store_id, session_user
            USING ERRCODE = 'invalid_role_specification';
    END IF;
    RETURN NEW;
END
$$;

-- Limits of the inbox, for the pending and failed batches of one store and of all stores of one
-- login, and of the dead letters of one store. An administrator may change them; null means no
-- limit.
CREATE TABLE replication_quotas (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    store_batches bigint DEFAULT 10000,
    store_bytes   bigint DEFAULT 1073741824,
    login_batches bigint DEFAULT 100000,
    login_bytes   bigint DEFAULT 8589934592,
    store_dead_letters bigint DEFAULT 10000
);
INSERT INTO replication_quotas DEFAULT VALUES;

-- Refuses a batch beyond the quotas. It counts pending batches in the index: a separate counter
-- could become wrong, and every applier would wait for its row.
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
        -- The message is the same each time, so that it is reported once.
        RAISE EXCEPTION 'the inbox has no space for %, whose quota is % batches and % bytes; apply pending batches, or change replication_quotas in the central database; nothing is lost',
            waiting.whose, waiting.most_batches, waiting.most_bytes
            USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
    RETURN NEW;
END
$$;

-- How many dead letters a batch with these row ids may make: the store's quota minus its dead
-- letters of other rows.
CREATE FUNCTION room_for_letters(of_store uuid, row_ids text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT greatest(0, coalesce((SELECT store_dead_letters FROM replication_quotas), 9223372036854775807) - count(*))
    FROM replication_dead_letters d WHERE d.store_id = of_store AND d.row_id NOT IN (SELECT unnest(row_ids))
$$;

-- Users who may write the tables themselves are not restricted.
CREATE TRIGGER require_binding BEFORE INSERT ON replication_inbox FOR EACH ROW
    WHEN (NOT has_table_privilege(session_user, 'invocations'::regclass, 'INSERT'))
    EXECUTE FUNCTION require_binding();
CREATE TRIGGER require_quota BEFORE INSERT ON replication_inbox FOR EACH ROW
    WHEN (NOT has_table_privilege(session_user, 'invocations'::regclass, 'INSERT'))
    EXECUTE FUNCTION require_quota();

-- The end of the batches that continue at `mark` without a gap: those of the ledger that begin
-- after `behind`, and those in the inbox if they count, ordered by their first change.
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

-- Notes that the changes from `first` to `last` of a store have come, in the transaction that
-- applies them. `changed_after` is the time of one of them, or null.
CREATE FUNCTION raise_mark(of_store uuid, first bigint, last bigint, changed_after timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    mark bigint;
BEGIN
    INSERT INTO replication_marks (store_id, complete_seq) VALUES (of_store, 0) ON CONFLICT DO NOTHING;
    -- A session that applies another batch of this store waits here, and then sees the current
    -- ledger.
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

-- What an edge may know: the id of the central database, and the progress of one store, in the
-- tables or in the inbox. The mark reveals nothing about other stores, and the caller must know the
-- store's id.
CREATE FUNCTION replication_known(of_store uuid, OUT centre_id uuid, OUT reached bigint,
                                  OUT complete_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT c.id, replication_reach(of_store, coalesce(m.complete_seq, 0), coalesce(m.complete_seq, 0), true), m.complete_until
    FROM centre c LEFT JOIN replication_marks m ON m.store_id = of_store
$$;

REVOKE EXECUTE ON FUNCTION raise_mark(uuid, bigint, bigint, timestamptz) FROM PUBLIC;

-- What prune() has removed, so that verify and healing do not report it as missing: invocations
-- started before.
CREATE TABLE retention (
    only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    completed_before timestamptz NOT NULL,
    others_before    timestamptz NOT NULL   -- failed, crashed or never ended
);

-- Retention: removes trees older than `older_than`, but failures only if older than
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
