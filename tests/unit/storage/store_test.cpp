#include "storage/store.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "schemas/schemas.hpp"
#include "support/fault_vfs.hpp"
#include "support/files.hpp"
#include "support/small_disk.hpp"
#include "support/store_rows.hpp"

namespace edo::storage {
namespace {

namespace fs = std::filesystem;
using testing::SmallDisk;
using testing::TemporaryDirectory;

OpenOptions with(Access access) {
  OpenOptions options;
  options.access = access;
  return options;
}

Database make_store(const std::string& path, const std::string& host_label = {}) {
  return open_store(path, with(Access::create), host_label);
}

// What opening throws, as "kind: message"; empty if it does not.
std::string problem(const std::string& path, Access access) {
  try {
    (void)open_store(path, with(access));
  } catch (const Error& error) {
    return std::string(to_string(error.kind())) + ": " + error.what();
  }
  return "";
}

constexpr Access kAll[] = {Access::read_only, Access::read_write, Access::create};

void run_sql(const std::string& path, const std::string& sql) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

TEST_CASE("a label is made fit to be shipped, even that of a store which has it already") {
  const TemporaryDirectory directory;
  Database made = make_store(directory / "a.db", "caf\xE9");
  CHECK(made.text("SELECT host_label FROM store") == "caf\uFFFD [edo: replaced 1 byte]");
  Database database = make_store(directory / "b.db");
  database.execute("UPDATE store SET host_label = CAST(x'636166e9' AS TEXT)");
  CHECK(store_info(database).host_label == "caf\uFFFD [edo: replaced 1 byte]");
}

TEST_CASE("a new store has everything, and is for its owner alone") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  const mode_t before = umask(0);
  Database database = make_store(path, "kitchen");
  umask(before);
  CHECK(database.path() == path);
  struct stat found {};
  for (const char* suffix : {"", "-wal", "-shm"}) {
    REQUIRE(stat((path + suffix).c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0600);
  }
  CHECK(database.integer("PRAGMA application_id") == 0x65646f31);
  CHECK(database.text("PRAGMA journal_mode") == "wal");
  CHECK(database.integer("PRAGMA synchronous") == 1);
  const StoreInfo info = store_info(database);
  CHECK(base::parse_uuid(info.store_id));
  CHECK(info.host_label == "kitchen");
  CHECK(base::parse_timestamp(info.created_at));
  CHECK(info.schema_version == schemas::sqlite().back().version);
  CHECK(database.integer("SELECT count(*) FROM migrations") ==
        static_cast<std::int64_t>(schemas::sqlite().size()));
  CHECK(database.text("SELECT seq || entity FROM outbox") == "0watermark");
}

// Every start of a function makes one.
TEST_CASE("a new store waits for the disk twice: for itself, and for its log") {
  const TemporaryDirectory directory;
  testing::FaultVfs vfs;
  vfs.arm(testing::Fault::sync, 1, 0);
  const Database database = make_store(directory / "telemetry.db");
  CHECK(vfs.calls() == 2);
}

TEST_CASE("a store stays what it is when it is opened again") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  std::string id;
  {
    Database database = make_store(path);
    id = store_info(database).store_id;
    CHECK_FALSE(store_info(database).host_label.empty());
  }
  for (const Access access : kAll) {
    Database database = open_store(path, with(access), "another label");
    CHECK(store_info(database).store_id == id);
    CHECK(store_info(database).host_label != "another label");
  }
}

TEST_CASE("durability against the loss of power is an option") {
  const TemporaryDirectory directory;
  OpenOptions options = with(Access::create);
  options.sync_every_commit = true;
  Database database = open_store(directory / "telemetry.db", options);
  CHECK(database.integer("PRAGMA synchronous") == 2);
}

TEST_CASE("only who asks for it makes a file") {
  const TemporaryDirectory directory;
  const std::string path = directory / "none.db";
  CHECK(problem(path, Access::read_only).find("invalid_argument: open " + path) == 0);
  CHECK(problem(path, Access::read_write).find("no such store") != std::string::npos);
  CHECK_FALSE(fs::exists(path));
  CHECK(problem(directory / "no/such/place.db", Access::create).find("io: create") == 0);
}

TEST_CASE("an empty file is not a store until it is initialised") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  testing::write_file(path, "");
  CHECK(problem(path, Access::read_only).find("corrupt: ") == 0);
  CHECK(problem(path, Access::read_write).find("the file is empty") != std::string::npos);
  CHECK(fs::file_size(path) == 0);
  CHECK(problem(path, Access::create).empty());
  CHECK(problem(path, Access::read_only).empty());
}

TEST_CASE("what is not ours is refused and left as it was") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  SECTION("no database") { testing::write_file(path, std::string(10'000, 'x')); }
  SECTION("a short file") { testing::write_file(path, "hello"); }
  SECTION("the database of another program") {
    run_sql(path, "CREATE TABLE customers (name TEXT); INSERT INTO customers VALUES ('Ada')");
  }
  SECTION("the same in WAL mode") {
    run_sql(path, "PRAGMA journal_mode = WAL; CREATE TABLE customers (name TEXT)");
  }
  SECTION("a store whose end was cut off") {
    { const Database database = make_store(path); }
    fs::resize_file(path, 20'000);
  }
  const std::string before = testing::read_file(path);
  for (const Access access : kAll) {
    INFO(problem(path, access));
    CHECK(problem(path, access).find("corrupt: ") == 0);
    CHECK(testing::read_file(path) == before);
    CHECK_FALSE(fs::exists(path + "-journal"));
  }
}

TEST_CASE("a store of each older version is upgraded when it is opened, also to look at") {
  for (const auto& newest : schemas::sqlite().first(schemas::sqlite().size() - 1)) {
    for (const Access access : kAll) {
      CAPTURE(newest.version, static_cast<int>(access));
      const TemporaryDirectory directory;
      const std::string path = directory / "telemetry.db";
      const std::string version = std::to_string(newest.version);
      run_sql(path, "PRAGMA journal_mode = WAL; PRAGMA application_id = 0x65646f31");
      for (const auto& migration : schemas::sqlite().first(newest.version)) {
        run_sql(path, std::string(migration.sql) + ";INSERT INTO migrations VALUES (" +
                          std::to_string(migration.version) + ", 'old', '2026')");
      }
      run_sql(path, "INSERT INTO store VALUES (1, 'some-store', " + version +
                        ", 'edge', '2026-01-01T00:00:00.000000Z');"
                        "INSERT INTO invocations (id, created_at, updated_at, source_function)"
                        " VALUES ('0190a1b2-0000-7000-8000-000000000001', '2026', '2026', 'f')");

      Database database = open_store(path, with(access));
      const StoreInfo info = store_info(database);
      CHECK(info.schema_version == schemas::sqlite().back().version);
      CHECK(info.store_id == "some-store");
      CHECK(database.integer("SELECT count(*) FROM migrations") ==
            static_cast<std::int64_t>(schemas::sqlite().size()));
      CHECK(database.text("SELECT value FROM success_rate") == "100");
      // The row is still to be shipped, once.
      CHECK(database.integer("SELECT count(*) FROM outbox") == 2);
    }
  }
}

TEST_CASE("a store of a newer program is refused and left as it was") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  { const Database database = make_store(path); }
  run_sql(path, "UPDATE store SET schema_version = 99");
  const std::string before = testing::read_file(path);
  for (const Access access : kAll) {
    CHECK(problem(path, access).find("schema_too_new: ") == 0);
    CHECK(problem(path, access).find("upgrade the program") != std::string::npos);
  }
  CHECK(testing::read_file(path) == before);
}

TEST_CASE("what is not a regular file is refused") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  for (const Access access : kAll) {
    CHECK(problem(directory.path(), access).find("invalid_argument: ") == 0);
    CHECK(problem(directory.path(), access).find("this is a directory") != std::string::npos);
  }
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  for (const Access access : kAll) {
    CHECK(problem(path, access).find("not a regular file") != std::string::npos);
  }
}

TEST_CASE("a store that this user may not read") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  { const Database database = make_store(path); }
  REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
  REQUIRE(chmod(path.c_str(), 0) == 0);
  // Root may read everything, so it becomes nobody for as long as this takes.
  constexpr uid_t kNobody = 65534;
  const bool is_root = geteuid() == 0;
  if (is_root) REQUIRE(seteuid(kNobody) == 0);
  std::vector<std::string> problems;
  for (const Access access : kAll) problems.push_back(problem(path, access));
  if (is_root) REQUIRE(seteuid(0) == 0);
  for (const auto& found : problems) CHECK(found.find("io: open") == 0);
}

TEST_CASE("a store on read-only media can be read, but not written") {
  SmallDisk disk("4m");
  const std::string path = disk / "telemetry.db";
  SECTION("whole") {
    { const Database database = make_store(path, "kitchen"); }
    disk.make_read_only();
    Database database = open_store(path, with(Access::read_only));
    CHECK(store_info(database).host_label == "kitchen");
    CHECK_THROWS_AS(database.execute("DELETE FROM job_logs"), Error);
    CHECK(problem(path, Access::read_write).find("io: ") == 0);
  }
  SECTION("with the last of it in the log, which cannot be read there") {
    {
      Database database = make_store(path);
      fs::copy_file(path, path + "-copy");
      fs::copy_file(path + "-wal", path + "-copy-wal");
    }
    disk.make_read_only();
    CHECK(problem(path + "-copy", Access::read_only).find("-wal file") != std::string::npos);
  }
}

TEST_CASE("a reader never changes anything") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  { const Database database = make_store(path); }
  Database database = open_store(path, with(Access::read_only));
  CHECK_THROWS_AS(database.execute("UPDATE store SET host_label = 'x'"), Error);
  CHECK_THROWS_AS(database.execute("CREATE TABLE x (y)"), Error);
}

TEST_CASE("processes that make the same store at once make one store") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryDirectory directory;
    const std::string path = directory / "telemetry.db";
    int gate[2];
    REQUIRE(pipe(gate) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      children.push_back(fork());
      if (children.back() == 0) {
        close(gate[1]);
        char ignored = 0;
        (void)!read(gate[0], &ignored, 1);  // until the gate opens for all of them
        OpenOptions options = with(Access::create);
        options.busy_timeout = std::chrono::seconds(20);
        try {
          Database database = open_store(path, options, std::to_string(i));
          _exit(store_info(database).store_id.size() == 36 ? 0 : 1);
        } catch (const Error& error) {
          const std::string line = std::string(error.what()) + "\n";
          (void)!write(2, line.data(), line.size());
          _exit(2);
        }
      }
    }
    close(gate[0]);
    close(gate[1]);
    for (const pid_t child : children) {
      int status = -1;
      REQUIRE(waitpid(child, &status, 0) == child);
      CHECK(status == 0);
    }
    CHECK(testing::count(path, "store") == 1);
    CHECK(testing::count(path, "migrations") == static_cast<long>(schemas::sqlite().size()));
    CHECK(testing::count(path, "outbox") == 1);
    CHECK(testing::integrity(path) == "ok");
  }
}

}  // namespace
}  // namespace edo::storage
