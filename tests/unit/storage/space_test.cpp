#include "storage/space.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "storage/store.hpp"
#include "support/files.hpp"

namespace edo::storage {
namespace {

using testing::TemporaryDirectory;

constexpr OpenOptions kCreate{.access = Access::create};

// Some megabytes of rows, of which `deleted` of ten are gone.
void fill(Database& database, int deleted) {
  database.execute(
      "CREATE TABLE filling (id INTEGER PRIMARY KEY, text TEXT);"
      "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
      " INSERT INTO filling SELECT i, hex(randomblob(200)) FROM n;"
      "DELETE FROM filling WHERE id % 10 < " +
      std::to_string(deleted));
}

std::uintmax_t size_after_checkpoint(Database& database) {
  database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return std::filesystem::file_size(database.path());
}

TEST_CASE("a new store has small pages and can shrink in steps") {
  const TemporaryDirectory directory;
  Database database = open_store(directory / "t.db", kCreate);
  CHECK(page_bytes(database) == 2048);
  CHECK(shrinks_in_steps(database));
  CHECK(free_bytes(database) == 0);
  CHECK(size_after_checkpoint(database) == used_bytes(database));
}

TEST_CASE("free pages are given back step by step, and no row is touched") {
  const TemporaryDirectory directory;
  Database database = open_store(directory / "t.db", kCreate);
  fill(database, 8);
  database.execute("DELETE FROM filling WHERE id < 5000");
  const auto rows = database.integer("SELECT sum(id) + total(length(text)) FROM filling");
  const std::uint64_t free = free_bytes(database);
  REQUIRE(free > 1'000'000);
  CHECK(shrink(database, 100));
  CHECK(free_bytes(database) <= free - 100 * 2048);
  while (shrink(database, 1000)) {
  }
  CHECK(free_bytes(database) == 0);
  CHECK(size_after_checkpoint(database) == used_bytes(database));
  CHECK(database.integer("SELECT sum(id) + total(length(text)) FROM filling") == rows);
  CHECK(database.text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("a store of before does not shrink in steps until it is written anew") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA journal_mode = WAL");
  Database database = open_store(path, kCreate);
  CHECK(page_bytes(database) == 4096);
  CHECK_FALSE(shrinks_in_steps(database));
  fill(database, 10);
  const std::uint64_t free = free_bytes(database);
  REQUIRE(free > 1'000'000);
  CHECK_FALSE(shrink(database, 10));
  CHECK(free_bytes(database) == free);
  rewrite(database);
  CHECK(free_bytes(database) == 0);
  CHECK(shrinks_in_steps(database));
  CHECK(store_info(database).schema_version > 0);
  CHECK(size_after_checkpoint(database) == used_bytes(database));
}

TEST_CASE("a step is as large as hosts can wait for") {
  storage::Step step;
  step.took(std::chrono::milliseconds(1));
  CHECK(step.count() == 50);
  step.took(std::chrono::milliseconds(20));
  CHECK(step.count() == 25);
  step.took(std::chrono::seconds(10));
  CHECK(step.count() == 5);
  for (int i = 0; i < 5; ++i) step.took(std::chrono::nanoseconds(0));
  CHECK(step.count() == 1000);
}

}  // namespace
}  // namespace edo::storage
