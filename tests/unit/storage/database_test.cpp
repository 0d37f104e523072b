#include "storage/database.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/small_disk.hpp"
#include "support/store_rows.hpp"

namespace edo::storage {
namespace {

using testing::TemporaryDirectory;

OpenOptions writing() {
  OpenOptions options;
  options.access = Access::create;
  options.busy_timeout = std::chrono::milliseconds(20);
  return options;
}

class TwoConnections {
 public:
  TemporaryDirectory directory;
  std::string path = directory / "telemetry.db";
  Database one = open_store(path, writing());
  Database other = open_store(path, writing());

  TwoConnections() { one.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT NOT NULL)"); }
};

template <typename Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no error");
}

TEST_CASE("SQLite is the pinned one") {
  CHECK(sqlite3_libversion_number() >= 3051003);
  CHECK(sqlite3_threadsafe() != 0);
}

TEST_CASE("a transaction is committed as a whole or not at all") {
  TwoConnections store;
  {
    WriteTransaction transaction(store.one);
    store.one.execute("INSERT INTO t VALUES (1, 'a')");
    CHECK(store.other.integer("SELECT count(*) FROM t") == 0);
    transaction.commit();
  }
  CHECK(store.other.integer("SELECT count(*) FROM t") == 1);
  {
    const WriteTransaction transaction(store.one);
    store.one.execute("INSERT INTO t VALUES (2, 'b')");
  }
  CHECK_THROWS_AS(
      [&] {
        WriteTransaction transaction(store.one);
        store.one.execute("INSERT INTO t VALUES (3, 'c')");
        store.one.execute("INSERT INTO t VALUES (1, 'again')");
        transaction.commit();
      }(),
      Error);
  CHECK(store.other.integer("SELECT count(*) FROM t") == 1);
  CHECK(sqlite3_get_autocommit(store.one.handle().getHandle()) != 0);
}

TEST_CASE("a database with a rollback journal has no log to lose while others read it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "other.db";
  {
    SQLite::Database made(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    made.exec("CREATE TABLE t (n); INSERT INTO t VALUES (7)");
  }
  Database first(path, {Access::read_only});
  first.execute("BEGIN");
  CHECK(first.integer("SELECT n FROM t") == 7);
  Database second(path, {Access::read_only});
  CHECK(second.integer("SELECT n FROM t") == 7);
}

TEST_CASE("values are read as what they are, and nothing is nothing") {
  TwoConnections store;
  store.one.execute("INSERT INTO t VALUES (7, 'seven')");
  CHECK(store.one.integer("SELECT n FROM t") == 7);
  CHECK(store.one.text("SELECT s FROM t") == "seven");
  CHECK_FALSE(store.one.integer("SELECT n FROM t WHERE n = 8"));
  CHECK_FALSE(store.one.text("SELECT NULL"));
}

TEST_CASE("a statement is given back reset and without its values") {
  TwoConnections store;
  SQLite::Statement insert(store.one.handle(), "INSERT INTO t VALUES (?, ?)");
  {
    Use use(insert);
    use->bind(1, 1);
    use->bind(2, "a");
    CHECK(use->tryExecuteStep() == SQLITE_DONE);
  }
  {
    Use use(insert);
    use->bind(1, 2);  // the second value is not that of the call before
    CHECK(use->tryExecuteStep() != SQLITE_DONE);
  }
  {
    Use use(insert);
    use->bind(1, 3);
    use->bind(2, "c");
    CHECK(use->tryExecuteStep() == SQLITE_DONE);
  }
  CHECK(store.one.integer("SELECT sum(n) FROM t") == 4);
}

TEST_CASE("errors name the operation and the file, and say what kind they are") {
  TwoConnections store;
  SECTION("busy") {
    const WriteTransaction transaction(store.one);
    const Error error = error_of([&] { WriteTransaction second(store.other); });
    CHECK(error.kind() == ErrorKind::busy);
    CHECK(error.is_retryable());
    CHECK(std::string(error.what()).find("write to " + store.path + ": ") == 0);
  }
  SECTION("a constraint") {
    const Error error = error_of([&] { store.one.execute("INSERT INTO t VALUES (1, NULL)"); });
    CHECK(error.kind() == ErrorKind::invalid_argument);
    CHECK_FALSE(error.is_retryable());
    CHECK(std::string(error.what()).find("t.s") != std::string::npos);
  }
  SECTION("wrong SQL") {
    CHECK(error_of([&] { store.one.execute("SELEC"); }).kind() == ErrorKind::invalid_argument);
    CHECK(error_of([&] { (void)store.one.integer("SELECT x FROM t"); }).kind() ==
          ErrorKind::invalid_argument);
  }
  SECTION("a deferred failure of a step") {
    store.one.execute("CREATE TABLE j (x TEXT CHECK (json_valid(x)))");
    SQLite::Statement insert(store.one.handle(), "INSERT INTO j VALUES ('{')");
    try {
      insert.exec();
      FAIL("no exception");
    } catch (const SQLite::Exception& failure) {
      const Error error = store.one.error("insert into", failure);
      CHECK(error.kind() == ErrorKind::invalid_argument);
      CHECK(std::string(error.what()).find("insert into " + store.path) == 0);
    }
  }
}

TEST_CASE("a damaged page is corrupt") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  {
    Database database = open_store(path, writing());
    database.execute("CREATE TABLE big (x TEXT)");
    database.execute(
        "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        " INSERT INTO big SELECT hex(randomblob(1000)) FROM n");
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
    const std::string garbage(100'000, '\xff');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  Database database = testing::open_to_look(path);
  const Error error = error_of([&] { (void)database.integer("SELECT sum(length(x)) FROM big"); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK(std::string(error.what()).find("keep a copy") != std::string::npos);
}

TEST_CASE("a full disk is reported as one") {
  testing::SmallDisk disk("2m");
  Database database = open_store(disk / "telemetry.db", writing());
  database.execute("CREATE TABLE big (x TEXT)");
  const Error error = error_of([&] {
    while (true) database.execute("INSERT INTO big VALUES (hex(randomblob(50000)))");
  });
  CHECK(error.kind() == ErrorKind::full);
  CHECK(error.is_retryable());
}

}  // namespace
}  // namespace edo::storage
