// In a watched folder one store that is odd or hostile holds up only itself.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "fixture.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

constexpr std::chrono::seconds kEndsWithin{15};

// A folder with a store that is well and, before it, one that a test makes.
class Folder {
 public:
  Folder() : good_(directory_ / "good.db") {}

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string bad() const { return directory_ / "a_bad.db"; }
  [[nodiscard]] std::string side_file(const std::string& name) const { return directory_ / name; }
  SampleStore& good() noexcept { return good_; }

  [[nodiscard]] std::vector<std::string> run(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"run", "--store", directory_.path(), "--to", url_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  // The good store's rows come in each round, the other one is named with `words`, and the daemon
  // ends when it is told to, whatever it is at.
  void require_that_only_it_waits(const std::string& words) {
    good_.add_trees(1);
    const Result once = run_replicator(run({"--once", "--store-time-limit", "1s"}));
    INFO(once.err);
    CHECK(once.exit_code != 0);
    CHECK_THAT(once.err, Contains("a_bad.db") && Contains(words));
    require_verified(good_.path(), url_);
    Process daemon(replicator(run({"--interval", "10ms", "--store-time-limit", "1s"})));
    for (int round = 0; round < 2; ++round) {
      good_.add_trees(1);
      REQUIRE(eventually([&] { return good_.integer("SELECT count(*) FROM outbox") == 1; }));
    }
    CHECK(daemon.wait_for_error("a_bad.db"));
    daemon.kill(SIGTERM);
    const Result ended = daemon.wait(kEndsWithin);
    CHECK(ended.exit_code == 0);
    CHECK_FALSE(ended.timed_out);
    require_verified(good_.path(), url_);
  }

 private:
  const TemporaryDirectory directory_;
  const std::string url_ = migrated_database();
  SampleStore good_;
};

// As if its writer had died, so that the replicator changes its rows.
void add_dead_writer(SampleStore& store) {
  store.execute(
      "INSERT INTO writers (started_at, host, program, version, pid, process_start, pid_namespace,"
      " boot_id) VALUES ('2026-01-01T00:00:00.000000Z', 'host', 'program', '1', 1, 1, 1, "
      "'before')");
}

// A store that has its replicator change rows, and triggers that never come to an end with that.
void make_endless(const std::string& path) {
  SampleStore store(path);
  store.add_trees(200);
  add_dead_writer(store);
  store.execute(
      "CREATE TRIGGER endless AFTER UPDATE ON writers BEGIN UPDATE store SET host_label ="
      " (SELECT count(*) FROM outbox a, outbox b, outbox c, outbox d, outbox e); END");
}

// Writes to the schema as no statement could.
void change_schema(SampleStore& store, const std::string& from, const std::string& to) {
  store.execute("PRAGMA writable_schema = ON");
  store.execute("UPDATE sqlite_schema SET sql = replace(sql, '" + from + "', '" + to + "')");
  store.execute("PRAGMA writable_schema = RESET");
}

}  // namespace

TEST_CASE("a store whose tables are views without an end") {
  Folder folder;
  {
    SampleStore store(folder.bad());
    store.execute("ALTER TABLE outbox RENAME TO hidden");
    store.execute(
        "CREATE VIEW outbox AS WITH RECURSIVE n (seq) AS (SELECT 0 UNION ALL SELECT seq + 1 FROM n)"
        " SELECT seq, iif(seq = 0, 'watermark', 'invocations') AS entity, '' AS row FROM n");
  }
  folder.require_that_only_it_waits("read ");
}

TEST_CASE("a store whose triggers do not end") {
  Folder folder;
  make_endless(folder.bad());
  folder.require_that_only_it_waits("too long");
}

TEST_CASE("the daemon ends in time, whatever a store does at the moment") {
  Folder folder;
  make_endless(folder.bad());
  Process daemon(replicator(folder.run({"--store-time-limit", "1h"})));
  REQUIRE(eventually([&] { return std::filesystem::exists(folder.bad() + "-replicator"); }));
  daemon.kill(SIGTERM);
  const Result ended = daemon.wait(kEndsWithin);
  CHECK(ended.exit_code == 0);
  CHECK_FALSE(ended.timed_out);
}

TEST_CASE("a store whose schema calls functions that take long") {
  Folder folder;
  {
    SampleStore store(folder.bad());
    store.add_trees(1);
    change_schema(store, "correlation_id         TEXT",
                  "correlation_id TEXT AS (instr(updated_at, created_at))");
  }
  folder.require_that_only_it_waits("instr");
}

TEST_CASE("a file that is named like a store but is not one") {
  Folder folder;
  SECTION("a named pipe") {
    REQUIRE(mkfifo(folder.bad().c_str(), 0600) == 0);
    folder.require_that_only_it_waits("not a regular file");
  }
  SECTION("a link to a device") {
    std::filesystem::create_symlink("/dev/zero", folder.bad());
    folder.require_that_only_it_waits("not a regular file");
  }
  SECTION("a folder") {
    std::filesystem::create_directory(folder.bad());
    folder.require_that_only_it_waits("this is a directory");
  }
  SECTION("a link to itself") {
    std::filesystem::create_symlink(folder.bad(), folder.bad());
    folder.require_that_only_it_waits("a_bad.db");
  }
}

TEST_CASE("a store with a named pipe instead of its journal") {
  Folder folder;
  {
    SampleStore store(folder.bad());
    store.add_trees(1);
  }
  REQUIRE(mkfifo((folder.bad() + "-journal").c_str(), 0600) == 0);
  folder.require_that_only_it_waits("a_bad.db");
}

TEST_CASE("a store whose log would lead to another store") {
  Folder folder;
  {
    SampleStore store(folder.bad());
    store.add_trees(1);
  }
  std::filesystem::create_symlink(folder.good().path(), folder.bad() + "-wal");
  folder.require_that_only_it_waits("a_bad.db");
}

TEST_CASE("a store whose lock would lead to another store") {
  Folder folder;
  SampleStore store(folder.bad());
  store.add_trees(1);
  std::filesystem::create_symlink(folder.good().path(), folder.bad() + "-replicator");
  folder.require_that_only_it_waits("lock");
}

TEST_CASE("a store that another process keeps locked") {
  Folder folder;
  SampleStore store(folder.bad());
  store.add_trees(1);
  store.execute("PRAGMA locking_mode = EXCLUSIVE");
  store.execute("BEGIN EXCLUSIVE");
  store.execute("UPDATE store SET host_label = 'mine'");
  folder.require_that_only_it_waits("another process holds the lock");
}

TEST_CASE("a store whose outbox has numbers that no recorder makes") {
  Folder folder;
  const auto seq = GENERATE(as<std::string>(), "-9223372036854775808", "-1", "9223372036854775807");
  {
    SampleStore store(folder.bad());
    store.add_trees(1);
    store.execute("INSERT INTO outbox (seq, entity, row) VALUES (" + seq +
                  ", 'invocations', 'none')");
  }
  folder.require_that_only_it_waits("outbox");
}

TEST_CASE("a store with pages that are damaged") {
  Folder folder;
  {
    SampleStore store(folder.bad());
    store.add_trees(300);
  }
  const auto size = std::filesystem::file_size(folder.bad());
  std::fstream file(folder.bad(), std::ios::binary | std::ios::in | std::ios::out);
  constexpr std::size_t kPage = 2048;
  for (std::size_t at = kPage; at + kPage <= size; at += kPage) {
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(64, '\xff');
  }
  file.close();
  folder.require_that_only_it_waits("damaged");
}

TEST_CASE(
    "rows that are larger than a batch takes become dead letters, and those behind them come") {
  Folder folder;
  SampleStore store(folder.bad());
  store.add_trees(1);
  store.execute("UPDATE invocations SET error_message = hex(zeroblob(40000000))");
  store.add_trees(2);
  const Result once = run_replicator(folder.run({"--once"}));
  CHECK(once.exit_code == 1);
  CHECK_THAT(once.err, Contains("1 row"));
  CHECK(rows_at(folder.url()) == 14);
  CHECK(query_value(folder.url(),
                    "SELECT error FROM event_detector_observability.replication_dead_letters")
            .find("the limit of a batch is 70 MiB") != std::string::npos);
  // Smaller again, it comes.
  store.execute("UPDATE invocations SET error_message = 'x' WHERE length(error_message) > 1000");
  CHECK(run_replicator(folder.run({"--once"})).exit_code == 0);
  require_verified(store.path(), folder.url());
}

TEST_CASE("a store with a long backlog lets others come in between") {
  Folder folder;
  SampleStore large(folder.bad());
  large.add_trees(3000);
  folder.good().add_trees(1);
  const bool all_at_once = GENERATE(false, true);
  const auto pending = [&] { return large.integer("SELECT count(*) FROM outbox"); };
  // A store that makes no progress within the limit counts as stuck, so it must be enough for a
  // batch on a busy machine, and too little for all of them.
  std::vector<std::string> more = {"--store-time-limit", "300ms", "--batch-changes", "10"};
  if (all_at_once) {
    more.insert(more.end(), {"--once", "--time-budget", "1s"});
    CHECK(run_replicator(folder.run(more)).exit_code == 75);
    CHECK(folder.good().integer("SELECT count(*) FROM outbox") == 1);
    CHECK(pending() > 1);
    CHECK(run_replicator(folder.run({"--once"})).exit_code == 0);
  } else {
    more.insert(more.end(), {"--interval", "1h"});
    Process daemon(replicator(folder.run(more)));
    CHECK(eventually([&] { return folder.good().integer("SELECT count(*) FROM outbox") == 1; }));
    CHECK(pending() > 1);
    // It continues at once, and not after the interval.
    CHECK(eventually([&] { return pending() == 1; }, kPatience));
    daemon.kill(SIGTERM);
    CHECK(daemon.wait().exit_code == 0);
  }
  require_verified(large.path(), folder.url());
  require_verified(folder.good().path(), folder.url());
}
