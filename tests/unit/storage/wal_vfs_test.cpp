#include "storage/wal_vfs.hpp"

#include <sqlite3.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <random>
#include <string>

#include "storage/database.hpp"
#include "support/fault_vfs.hpp"
#include "support/files.hpp"

namespace edo::storage {
namespace {

using testing::Fault;
using testing::FaultVfs;
using testing::TemporaryDirectory;

constexpr long kNever = std::numeric_limits<long>::max();
constexpr const char* kState =
    "SELECT count(*) || ' ' || coalesce(group_concat(hex(substr(value, 1, 8))), '') FROM a";

Database writable(const std::string& path, bool sync_every_commit = false) {
  OpenOptions options;
  options.access = Access::create;
  options.sync_every_commit = sync_every_commit;
  Database database(path, options);
  database.prepare_for_writing(options);
  database.execute("PRAGMA wal_autocheckpoint = 0");
  return database;
}

TEST_CASE("a commit of several pages is one write") {
  const TemporaryDirectory directory;
  FaultVfs vfs;
  auto database = writable(directory / "store.db");
  database.execute("CREATE TABLE a (value); CREATE TABLE b (value); CREATE TABLE c (value)");
  database.execute("INSERT INTO a VALUES (0)");
  vfs.arm(Fault::write, kNever, 0);
  constexpr int kCommits = 10;
  for (int i = 0; i < kCommits; ++i) {
    database.execute(
        "BEGIN; INSERT INTO a VALUES (1); INSERT INTO b VALUES (2);"
        " INSERT INTO c VALUES (3); COMMIT");
  }
  CHECK(vfs.calls() == kCommits);
  vfs.heal();
}

TEST_CASE("another connection sees each commit at once") {
  const TemporaryDirectory directory;
  const bool sync_every_commit = GENERATE(false, true);
  auto writer = writable(directory / "store.db", sync_every_commit);
  writer.execute("CREATE TABLE a (value)");
  Database reader(directory / "store.db", {});
  for (int i = 1; i <= 50; ++i) {
    writer.execute("INSERT INTO a VALUES (randomblob(9000))");
    CHECK(reader.integer("SELECT count(*) FROM a") == i);
  }
  CHECK(reader.text("PRAGMA integrity_check") == "ok");
}

// The page cache is small, so pages are written before the transaction ends, read back and written
// again where they are.
TEST_CASE("a transaction larger than memory is read, committed or rolled back") {
  const TemporaryDirectory directory;
  const bool commits = GENERATE(true, false);
  {
    auto database = writable(directory / "store.db");
    database.execute("PRAGMA cache_size = 5");
    database.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, value)");
    database.execute("INSERT INTO a VALUES (1, randomblob(100))");
    database.execute("BEGIN");
    database.execute(
        "WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO a SELECT i, randomblob(1000) FROM n");
    database.execute("UPDATE a SET value = randomblob(900) WHERE id % 3 = 0");
    CHECK(database.integer("SELECT sum(id) FROM a") == 2000 * 2001 / 2);
    database.execute(commits ? "COMMIT" : "ROLLBACK");
    database.execute("INSERT INTO a VALUES (3000, 'after')");
  }
  Database again(directory / "store.db", {});
  CHECK(again.integer("SELECT count(*) FROM a") == (commits ? 2001 : 2));
  CHECK(again.text("PRAGMA integrity_check") == "ok");
}

// What a process that dies now leaves on the disk.
std::string state_after_death(const std::string& path) {
  const TemporaryDirectory directory;
  const std::string copy = directory / "copy.db";
  for (const char* suffix : {"", "-wal"}) std::filesystem::copy_file(path + suffix, copy + suffix);
  auto recovered = writable(copy);
  CHECK(recovered.text("PRAGMA integrity_check") == "ok");
  return recovered.text(kState).value();
}

// SQLite writes the frame headers of a transaction anew when it has changed pages that were in the
// log already, the last of them after the last page.
TEST_CASE("a commit is on the disk when it returns, whatever its transaction did") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryDirectory directory;
  const std::string path = directory / "store.db";
  std::array<Database, 2> writers{writable(path), writable(path)};
  writers[0].execute("CREATE TABLE a (id INTEGER PRIMARY KEY, value)");
  for (auto& writer : writers) writer.execute("PRAGMA cache_size = 5");
  for (int i = 0; i < 40; ++i) {
    auto& writer = writers.at(random() % writers.size());
    writer.execute("BEGIN IMMEDIATE");
    for (auto changes = random() % 4; changes > 0; --changes) {
      const std::string rows = std::to_string(1 + random() % 60);
      writer.execute("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < " +
                     rows + ") INSERT INTO a (value) SELECT randomblob(1000) FROM n");
      writer.execute("UPDATE a SET value = randomblob(900) WHERE id % " + rows + " = 0");
    }
    writer.execute(random() % 5 == 0 ? "ROLLBACK" : "COMMIT");
    if (random() % 6 == 0) writer.execute("PRAGMA wal_checkpoint(RESTART)");
    REQUIRE(state_after_death(path) == writers[0].text(kState));
  }
}

// What was gathered of it may be written no more once others may write there.
TEST_CASE("a transaction that was rolled back leaves the log to others") {
  const TemporaryDirectory directory;
  const std::string path = directory / "store.db";
  const auto rows = std::to_string(GENERATE(range(4, 30)));
  auto writer = writable(path);
  writer.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, value)");
  writer.execute(
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
      " INSERT INTO a SELECT i, randomblob(3000) FROM n");
  writer.execute("PRAGMA wal_checkpoint(RESTART)");
  writer.execute("PRAGMA cache_size = 5");
  auto other = writable(path);
  // Pages in place, so that nothing has to be read again after the end.
  writer.execute("BEGIN IMMEDIATE; UPDATE a SET value = randomblob(3000) WHERE id <= " + rows +
                 "; ROLLBACK");
  other.execute("UPDATE a SET value = randomblob(3000)");
  const auto expected = other.text(kState);
  CHECK(writer.text(kState) == expected);
  CHECK(state_after_death(path) == expected);
}

TEST_CASE("a write that fails takes its own transaction with it and no other") {
  const TemporaryDirectory directory;
  const auto fault = GENERATE(Fault::write, Fault::short_write, Fault::full);
  FaultVfs vfs;
  auto database = writable(directory / "store.db");
  database.execute("CREATE TABLE a (value); CREATE TABLE b (value)");
  database.execute("INSERT INTO a VALUES (1)");
  vfs.arm(fault, 1, 1);
  CHECK_THROWS_AS(
      database.execute("BEGIN; INSERT INTO a VALUES (2); INSERT INTO b VALUES (2); COMMIT"), Error);
  CHECK(vfs.failed() == 1);
  vfs.heal();
  (void)database.handle().tryExec("ROLLBACK");
  database.execute("INSERT INTO a VALUES (3)");
  CHECK(database.integer("SELECT sum(value) FROM a") == 4);
  CHECK(database.text("PRAGMA integrity_check") == "ok");
}

// A truncated log that is written on has zeros where its pages were.
TEST_CASE("the hole of a log that was cut never becomes pages of the database") {
  const TemporaryDirectory directory;
  const std::string path = directory / "store.db";
  auto writer = writable(path);
  writer.execute("CREATE TABLE a (value); PRAGMA wal_checkpoint(PASSIVE)");
  for (int i = 0; i < 50; ++i) writer.execute("INSERT INTO a VALUES (randomblob(500))");
  std::filesystem::resize_file(path + "-wal", 0);
  writer.execute("INSERT INTO a VALUES (1)");
  REQUIRE(std::filesystem::file_size(path + "-wal") > 100'000);
  const std::string before = testing::read_file(path);
  const int code = sqlite3_wal_checkpoint_v2(writer.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  CHECK(code == SQLITE_IOERR_READ);
  CHECK(testing::read_file(path) == before);
}

TEST_CASE("the log is gathered only where it is written") {
  CHECK(std::string(wal_vfs()) == "edo-wal");
  CHECK(sqlite3_vfs_find(nullptr) != sqlite3_vfs_find(wal_vfs()));
}

}  // namespace
}  // namespace edo::storage
