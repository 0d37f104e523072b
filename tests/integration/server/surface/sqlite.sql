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
