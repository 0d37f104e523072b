#include "replicator/source/source.hpp"

#include <catch2/catch.hpp>

#include "base/uuid.hpp"
#include "support/files.hpp"

using namespace edo;
using source::SliceLimits;
using source::Source;

namespace {

class Store {
 public:
  explicit Store(const std::string& path) : database_(open(path)) {}

  std::string add(const std::string& text = "f") {
    const std::string id = base::to_string(base::new_uuid());
    database_.execute(
        "INSERT INTO invocations (id, created_at, updated_at, source_function) VALUES ('" + id +
        "', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:01.000000Z', '" + text + "')");
    return id;
  }
  void execute(const std::string& sql) { database_.execute(sql); }
  std::int64_t integer(const std::string& sql) { return database_.integer(sql).value_or(-1); }

 private:
  static storage::Database open(const std::string& path) {
    storage::OpenOptions options;
    options.access = storage::Access::create;
    return storage::open_store(path, options, "label");
  }
  storage::Database database_;
};

std::vector<std::int64_t> versions(const batch::Batch& batch) { return batch.tables[0].versions; }

}  // namespace

TEST_CASE("a slice holds each row once, with the highest seq it has there") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  const auto first = store.add();                                                            // 1
  store.add();                                                                               // 2
  store.execute("UPDATE invocations SET source_function = 'g' WHERE id = '" + first + "'");  // 3
  store.execute("UPDATE invocations SET source_function = 'h' WHERE id = '" + first + "'");  // 4
  Source source(directory / "s.db");
  CHECK(source.outbox().watermark() == 0);
  CHECK(source.outbox().newest() == 4);
  const auto all = source.read(0, 4, {}).value();
  CHECK(all.first_seq == 1);
  CHECK(all.last_seq == 4);
  CHECK(all.host_label == "label");
  CHECK(versions(all) == std::vector<std::int64_t>{4, 2});
  CHECK(all.tables[0].columns[5].text(0) == "h");
  // A shorter slice has the same row at its current state, but at an older version: the line that
  // brought it there is still to come.
  SliceLimits three;
  three.changes = 3;
  const auto part = source.read(0, 4, three).value();
  CHECK(versions(part) == std::vector<std::int64_t>{3, 2});
  CHECK(part.tables[0].columns[5].text(0) == "h");
  CHECK(versions(source.read(3, 4, three).value()) == std::vector<std::int64_t>{4});
  CHECK_FALSE(source.read(4, 4, three).has_value());
}

TEST_CASE("a slice ends before the first row that does not fit") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  store.add(std::string(1000, 'x'));  // 1
  store.add(std::string(1000, 'x'));  // 2
  store.add(std::string(1000, 'x'));  // 3
  Source source(directory / "s.db");
  SliceLimits small;
  small.bytes = 1500;
  const auto part = source.read(0, 3, small).value();
  CHECK(part.rows() == 2);
  CHECK(part.last_seq == 2);
  small.bytes = 1;
  CHECK(source.read(0, 3, small).value().last_seq == 1);
  // Changes that the slice has no room for are not in its versions.
  store.execute("UPDATE invocations SET status = 'failed'");  // 4, 5, 6
  CHECK(versions(source.read(0, 6, small).value()) == std::vector<std::int64_t>{1});
  small.bytes = 1500;
  CHECK(versions(source.read(0, 6, small).value()) == std::vector<std::int64_t>{1, 2});
  CHECK(versions(source.read(0, 6, {}).value()) == std::vector<std::int64_t>{4, 5, 6});
}

TEST_CASE("the memory of a batch serves the next one") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  for (int i = 0; i < 20; ++i) store.add(std::string(1000, 'x'));
  store.execute(
      "INSERT INTO job_logs SELECT 'no uuid, but as long as one of these', id, id,"
      " created_at, 1, 'info', 'm', NULL, NULL, NULL FROM invocations LIMIT 1");
  Source source(directory / "s.db");
  auto first = source.read(0, 21, {}).value();
  CHECK(first.rows() == 20);
  CHECK(first.rejects.size() == 1);
  store.add("y");  // 22
  const auto second = source.read(21, 22, {}, std::move(first)).value();
  CHECK(second.rows() == 1);
  CHECK(second.rejects.empty());
  CHECK(versions(second) == std::vector<std::int64_t>{22});
  CHECK(second.tables[0].columns[5].text(0) == "y");
}

TEST_CASE("deleted rows are left out of a slice") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  store.add();
  store.execute("DELETE FROM invocations");
  Source source(directory / "s.db");
  const auto batch = source.read(0, source.outbox().newest(), {}).value();
  CHECK(batch.rows() == 0);
  CHECK(batch.last_seq == 1);
}

TEST_CASE("trimming keeps pending changes and never goes back") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  for (int i = 0; i < 5; ++i) store.add();
  Source source(directory / "s.db");
  source.trim(3);
  CHECK(store.integer("SELECT group_concat(seq, '') FROM outbox") == 345);
  source.trim(2);
  CHECK(source.outbox().watermark() == 3);
  CHECK(source.outbox().pending_lines() == 2);
  source.trim(5);
  CHECK(source.outbox().watermark() == 5);
  CHECK(source.outbox().pending_rows() == 0);
  // The sequence continues, or a later state would look older than an earlier one.
  store.add();
  CHECK(source.outbox().newest() == 6);
  CHECK_THROWS_AS(source.trim(7), Error);
}

TEST_CASE("the age of the oldest change") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  Source source(directory / "s.db");
  CHECK_FALSE(source.outbox().oldest_change());
  const auto id = store.add();
  const auto created = base::parse_timestamp("2026-01-01T00:00:00Z").value();
  CHECK(source.outbox().oldest_change() == created + 1'000'000);
  store.execute("UPDATE invocations SET updated_at = '2026-01-02T00:00:00.000000Z'");
  CHECK(source.outbox().oldest_change() == created);
  store.execute("DELETE FROM invocations");
  CHECK_FALSE(source.outbox().oldest_change());
}

TEST_CASE("a store without its watermark is not trusted") {
  const testing::TemporaryDirectory directory;
  Store store(directory / "s.db");
  store.execute("DROP TRIGGER outbox_keeps_watermark");
  store.execute("DELETE FROM outbox");
  Source source(directory / "s.db");
  CHECK_THROWS_WITH(source.outbox().watermark(), Catch::Matchers::Contains("watermark"));
}
