CREATE TABLE kind (value text PRIMARY KEY, comment text);
CREATE TABLE author (
  id int PRIMARY KEY, name text COLLATE "C" NOT NULL, born date, joined_at timestamptz,
  score numeric, settings jsonb, active bool NOT NULL);
CREATE TABLE book (
  id uuid PRIMARY KEY, author_id int REFERENCES author (id), title text COLLATE "C" NOT NULL,
  kind text NOT NULL REFERENCES kind (value), pages int NOT NULL, sold bigint, price numeric,
  weight float8, printed_at timestamp, in_print bool);
CREATE TABLE review (
  book_id uuid NOT NULL, reader text COLLATE "C" NOT NULL, stars int NOT NULL,
  note text COLLATE "C", PRIMARY KEY (book_id, reader));
CREATE VIEW book_facts AS
  SELECT title, (SELECT count(*) FROM review WHERE review.book_id = book.id) AS reviews FROM book;
CREATE FUNCTION author_fame(author) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) * 10 FROM book WHERE book.author_id = $1.id
$$;
-- A value of each type in many spellings, and texts that this collation does not sort by code points.
CREATE TABLE sample (
  id int PRIMARY KEY, small int2, big int8, exact numeric, price numeric(8, 2), weight float8, truth bool,
  code uuid, day date, at timestamptz, local timestamp, clock time, doc jsonb,
  word text COLLATE "en-x-icu");
