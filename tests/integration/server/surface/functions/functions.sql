-- Functions of the bookshop: what PostgreSQL alone has.
CREATE FUNCTION books_with(shortest int, search text DEFAULT '', kinds text[] DEFAULT NULL) RETURNS SETOF book
  LANGUAGE sql STABLE AS $$
    SELECT * FROM book WHERE (shortest IS NULL OR pages >= shortest) AND title ILIKE '%' || search || '%'
      AND (kinds IS NULL OR kind = ANY (kinds))
  $$;
CREATE FUNCTION my_books(session json) RETURNS SETOF book LANGUAGE sql STABLE AS $$
    SELECT * FROM book WHERE author_id = (session ->> 'x-hasura-author-id')::int
  $$;
CREATE FUNCTION plain(int, jsonb) RETURNS SETOF author LANGUAGE sql IMMUTABLE AS $$
    SELECT $1, coalesce($2 ->> 'name', 'nobody'), NULL::date, NULL::timestamptz, NULL::numeric, $2, true
  $$;
CREATE FUNCTION touched() RETURNS SETOF author LANGUAGE sql VOLATILE AS $$ SELECT * FROM author $$;
CREATE FUNCTION deletes() RETURNS SETOF review LANGUAGE sql VOLATILE AS $$ DELETE FROM review RETURNING * $$;
CREATE FUNCTION author_books(session jsonb, one author, shortest int DEFAULT 0) RETURNS SETOF book
  LANGUAGE sql STABLE AS $$
    SELECT * FROM book WHERE author_id = one.id AND pages >= shortest
      AND title ILIKE '%' || coalesce(session ->> 'x-hasura-search', '') || '%'
  $$;
CREATE FUNCTION author_novels(author) RETURNS SETOF book LANGUAGE sql STABLE AS $$
    SELECT * FROM book WHERE author_id = $1.id AND kind = 'novel'
  $$;
CREATE FUNCTION author_greeting(one author, greeting text, sign text DEFAULT '!') RETURNS text
  LANGUAGE sql STABLE AS $$ SELECT greeting || ', ' || one.name || sign $$;
CREATE FUNCTION author_seen_by(one author, session json) RETURNS text
  LANGUAGE sql STABLE AS $$ SELECT one.name || ' by ' || (session ->> 'x-hasura-role') $$;
