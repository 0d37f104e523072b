INSERT INTO kind (value, comment) VALUES ('novel', 'long'), ('essay', 'short'), ('poem', NULL);
INSERT INTO author (id, name, born, joined_at, score, settings, active) VALUES
  (1, 'Ann',  '1950-01-31', '2024-01-02T03:04:05.678Z', 12.50, '{"a": {"b": [10, {"c": "deep"}]}, "k k": 1}', true),
  (2, 'Bob',  '1960-12-01', '2024-01-02T03:04:05Z',     -3,    '{"a": null, "z": true}', true),
  (3, 'bobby', NULL,        NULL,                       NULL,  NULL, false),
  (4, 'Zoë',  '2000-02-29', '2023-06-30T23:59:59.123456Z', 1000000000000.01, '[]', true);
INSERT INTO book (id, author_id, title, kind, pages, sold, price, weight, printed_at, in_print) VALUES
  ('00000000-0000-7000-8000-000000000001', 1, 'A fine 100% start', 'novel', 300, 9007199254740993, 9.99, 0.5, '1999-01-08T04:05:06', true),
  ('00000000-0000-7000-8000-000000000002', 1, 'Middle_ground',     'essay', 20,  10, 5.00,  0.25, '1999-01-08T04:05:06.5', false),
  ('00000000-0000-7000-8000-000000000003', 2, 'middle ground',     'novel', 300, 0,  NULL,  NULL, NULL, true),
  ('00000000-0000-7000-8000-000000000004', NULL, 'Back\slash',     'poem',  7,   NULL, 1.10, 1e3,  '2020-05-05T00:00:00', NULL);
INSERT INTO review (book_id, reader, stars, note) VALUES
  ('00000000-0000-7000-8000-000000000001', 'x', 5, 'good'),
  ('00000000-0000-7000-8000-000000000001', 'y', 2, NULL),
  ('00000000-0000-7000-8000-000000000003', 'x', 4, 'fine');
