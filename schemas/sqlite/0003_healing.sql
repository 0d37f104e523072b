-- The central database that acknowledged the watermark, and what is sent again to one that has
-- less.

CREATE TABLE centre (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    centre_id    TEXT,   -- created with the schema there; null until a cycle has asked for it
    pruned_until TEXT,   -- when the youngest invocation was started that was deleted here once shipped
    -- The time range of rows that the central database lacks and that were deleted here; both null
    -- if there are none, only the first if all older rows are meant.
    lost_after   TEXT,
    lost_until   TEXT
) STRICT;
INSERT INTO centre (only_row) VALUES (1);

-- The row exists as long as the central database may lack acknowledged rows.
CREATE TABLE healing (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    began_at  TEXT    NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason = 'restored' OR reason = 'replaced' OR reason = 'asked'),
    after_seq INTEGER NOT NULL,              -- the central database has all changes up to this one,
    until_seq INTEGER NOT NULL,              -- and may lack those that follow, up to this one
    selects   TEXT    NOT NULL CHECK (selects = 'lacking' OR selects = 'since'),
    since     TEXT,                          -- rows started or changed from then on; null: all
    entity    TEXT    NOT NULL,              -- the table that is being read,
    last_id   TEXT    NOT NULL DEFAULT '',   -- up to this row
    looked_at INTEGER NOT NULL DEFAULT 0,    -- rows so far,
    queued    INTEGER NOT NULL DEFAULT 0     -- and those of them that were put into the outbox again
) STRICT;
