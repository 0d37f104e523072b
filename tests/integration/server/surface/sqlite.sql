CREATE TABLE kind (value TEXT PRIMARY KEY, comment TEXT);
CREATE TABLE author (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE, joined_at TIMESTAMPTZ, score NUMERIC,
  settings JSONB, active BOOLEAN NOT NULL);
CREATE TABLE book (
  id UUID PRIMARY KEY, author_id INTEGER REFERENCES author (id), title TEXT NOT NULL,
  kind TEXT NOT NULL REFERENCES kind (value), pages INTEGER NOT NULL, sold BIGINT, price NUMERIC,
  weight DOUBLE PRECISION, printed_at TIMESTAMP, in_print BOOLEAN);
CREATE TABLE review (
  book_id UUID NOT NULL, reader TEXT NOT NULL, stars INTEGER NOT NULL, note TEXT,
  PRIMARY KEY (book_id, reader));
CREATE VIEW book_facts AS
  SELECT title, (SELECT count(*) FROM review WHERE review.book_id = book.id) AS reviews FROM book;
-- What a function of the row is on Postgres.
CREATE VIEW author_fame AS
  SELECT id, (SELECT count(*) FROM book WHERE book.author_id = author.id) * 10 AS value FROM author;
-- All of it text, as in a STRICT table; column_types says what it is.
CREATE TABLE sample (
  id INTEGER PRIMARY KEY, small TEXT, big TEXT, exact TEXT, price TEXT, weight TEXT, truth TEXT,
  code TEXT, day TEXT, at TEXT, local TEXT, clock TEXT, doc TEXT, word TEXT) STRICT;
CREATE TABLE column_types (relation TEXT, name TEXT, type TEXT);
INSERT INTO column_types VALUES
  ('sample', 'small', 'int2'), ('sample', 'big', 'bigint'), ('sample', 'exact', 'numeric'),
  ('sample', 'price', 'numeric(8, 2)'), ('sample', 'weight', 'float8'), ('sample', 'truth', 'boolean'),
  ('sample', 'code', 'uuid'), ('sample', 'day', 'date'), ('sample', 'at', 'timestamptz'),
  ('sample', 'local', 'timestamp'), ('sample', 'clock', 'time'), ('sample', 'doc', 'jsonb');
