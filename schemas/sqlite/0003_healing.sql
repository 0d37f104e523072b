-- What is known of the centre at which the watermark was acknowledged, and what is sent again to one that
-- has less.

CREATE TABLE centre (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    centre_id    TEXT,   -- made with the schema there; null until a ship has asked for it
    pruned_until TEXT,   -- when the youngest invocation was started that was deleted here once shipped
    -- Between these times rows were started that the centre lacks and that are no longer here; both null if
    -- there are none, the first alone if all older ones are meant.
    lost_after   TEXT,
    lost_until   TEXT
) STRICT;
INSERT INTO centre (only_row) VALUES (1);

-- The one row stands for as long as the centre may lack rows that it has acknowledged.
CREATE TABLE healing (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    began_at  TEXT    NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason = 'restored' OR reason = 'replaced' OR reason = 'asked'),
    after_seq INTEGER NOT NULL,              -- the centre has all changes up to this one,
    until_seq INTEGER NOT NULL,              -- and may lack those that follow, up to this one
    selects   TEXT    NOT NULL CHECK (selects = 'lacking' OR selects = 'since'),
    since     TEXT,                          -- rows started or changed from then on; null: all
    entity    TEXT    NOT NULL,              -- the table that is being looked through,
    last_id   TEXT    NOT NULL DEFAULT '',   -- up to this row
    looked_at INTEGER NOT NULL DEFAULT 0,    -- rows so far,
    queued    INTEGER NOT NULL DEFAULT 0     -- and those of them that were put into the outbox again
) STRICT;
