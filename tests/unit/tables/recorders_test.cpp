#include "tables/recorders.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "base/process.hpp"
#include "storage/recorder_lock.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::tables {
namespace {

using Catch::Matchers::Contains;

const base::Micros kNow = base::parse_timestamp("2026-03-01T10:00:00Z").value();
constexpr const char* kLater = "2026-03-01T10:01:00.000000Z";

class WritersStore {
 public:
  testing::TemporaryDirectory directory;
  storage::Database database = storage::open_store(directory / "telemetry.db", creating());

  static storage::OpenOptions creating() {
    storage::OpenOptions options;
    options.access = storage::Access::create;
    return options;
  }

  // A writer in this process, as far as nothing else is said.
  std::int64_t writer(const std::string& changes = "pid = pid") {
    const std::int64_t id = register_recorder(database, kNow);
    database.execute("UPDATE writers SET " + changes + " WHERE id = " + std::to_string(id));
    return id;
  }
  CrashReport mark() { return mark_crashed(database, kNow + 60'000'000); }

  // Whether the one writer there is counts as dead.
  bool dead(const std::string& changes) {
    const std::int64_t id = writer(changes);
    const bool marked = mark().recorders == 1;
    database.execute("DELETE FROM writers WHERE id = " + std::to_string(id));
    return marked;
  }

  // An invocation with events and jobs, all of this writer. Ids begin with the name and a letter.
  void tree(std::int64_t writer, const std::string& name, const std::string& status) {
    const std::string common = "'2026-03-01T09:00:00.000000Z', '2026-03-01T09:00:00.000000Z'";
    const auto id = [&](char kind) { return "'" + name + std::string(35, kind) + "'"; };
    const std::string by = std::to_string(writer);
    database.execute(
        "INSERT INTO invocations (id, created_at, updated_at, source_function, status, writer_id)"
        " VALUES (" +
        id('i') + ", " + common + ", 'f', '" + status + "', " + by +
        ");"
        "INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name,"
        " detected, status, writer_id) VALUES (" +
        id('e') + ", " + id('i') + ", " + common + ", 'e', 1, 'handling', " + by + "), (" +
        id('d') + ", " + id('i') + ", " + common + ", 'd', 0, 'detecting', " + by +
        ");"
        "INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at,"
        " job_name, status, writer_id) VALUES (" +
        id('j') + ", " + id('i') + ", " + id('e') + ", " + common + ", 'j', 'running', " + by +
        "), (" + id('k') + ", " + id('i') + ", " + id('e') + ", " + common +
        ", 'k', 'completed', " + by + ");");
  }
  testing::Row row(const std::string& sql) { return testing::rows(database, sql).at(0); }
};

TEST_CASE("a writer is registered with what names its process for good") {
  WritersStore store;
  const std::int64_t id = register_recorder(store.database, kNow);
  const base::ProcessIdentity self = base::current_process();
  const testing::Row row = store.row("SELECT * FROM writers");
  CHECK(row.at("id") == std::to_string(id));
  CHECK(row.at("started_at") == "2026-03-01T10:00:00.000000Z");
  CHECK(row.at("pid") == std::to_string(getpid()));
  CHECK(row.at("process_start") == std::to_string(self.start));
  CHECK(row.at("pid_namespace") == std::to_string(self.pid_namespace));
  CHECK(row.at("boot_id") == self.boot_id);
  CHECK(row.at("host") == base::host_name());
  CHECK(row.at("program") == "unit_tables");
  CHECK(row.at("version") == EDO_VERSION);
  CHECK(row.at("ended_at") == testing::kNull);
  CHECK(self.start > 0);
  CHECK(self.boot_id.size() == 36);
}

TEST_CASE("a writer is dead only if that is certain") {
  WritersStore store;
  CHECK_FALSE(store.dead("pid = pid"));
  CHECK(store.dead("pid = 4194305"));                      // beyond PID_MAX_LIMIT
  CHECK(store.dead("process_start = process_start - 1"));  // the pid came back
  CHECK(store.dead("boot_id = '00000000-0000-4000-8000-000000000000'"));
  CHECK_FALSE(store.dead("pid_namespace = 1, pid = 4194305"));  // who knows
  CHECK_FALSE(store.dead("boot_id = '', pid = 4194305"));
  CHECK_FALSE(store.dead("ended_at = 'x', outcome = 'closed', pid = 4194305"));
}

TEST_CASE("writers that ended long ago are forgotten with what they recorded") {
  WritersStore store;
  const std::string ended = "outcome = 'closed', ended_at = '2026-01-";
  const std::int64_t first = store.writer(ended + "01T00:00:00.000000Z'");
  const std::int64_t living = store.writer();
  const std::int64_t second = store.writer(ended + "03T00:00:00.000000Z'");
  const std::int64_t late = store.writer("outcome = 'closed', ended_at = '2026-02-20'");
  store.tree(second, "1", "completed");
  store.database.execute("UPDATE invocations SET created_at = '2026-01-02T00:00:00.000000Z'");
  const auto left = [&] {
    return store.row("SELECT group_concat(id) AS ids FROM (SELECT id FROM writers ORDER BY id)")
        .at("ids");
  };
  const auto listed = [](std::initializer_list<std::int64_t> ids) {
    std::string list;
    for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    return list;
  };
  const std::int64_t fifth = store.writer();
  CHECK(left() == listed({living, second, late, fifth}));
  store.database.execute("DELETE FROM invocations");
  const std::int64_t sixth = store.writer();
  CHECK(left() == listed({living, late, fifth, sixth}));
  CHECK(first == 1);
  CHECK(sixth == 6);
}

TEST_CASE("the id of a writer never comes again") {
  WritersStore store;
  const std::int64_t first =
      store.writer("outcome = 'closed', ended_at = '2026-01-01T00:00:00.000000Z'");
  CHECK(store.writer() == first + 1);
}

TEST_CASE("a process is not dead for being hidden") {
  base::ProcessIdentity parent = base::current_process();
  parent.start = 0;  // as if /proc had told nothing
  CHECK(base::life_of(parent) == base::Life::unknown);
  parent.pid = 4194305;  // beyond PID_MAX_LIMIT
  CHECK(base::life_of(parent) == base::Life::gone);
}

TEST_CASE("a writer in another container lives as long as its lock") {
  WritersStore store;
  const std::string& path = store.database.path();
  const std::string elsewhere = "pid_namespace = 1, pid = 4194305";
  const std::int64_t first = store.writer(elsewhere);
  CHECK(store.mark().recorders == 0);  // It has none, as with older versions.
  std::int64_t second = 0;
  {
    second = store.writer(elsewhere);
    const storage::RecorderLock lock(path, second);
    CHECK(storage::holds_lock(path, second) == true);
    CHECK(store.mark().recorders == 0);
  }
  CHECK(storage::holds_lock(path, second) == false);
  CHECK(store.mark().recorders == 1);
  CHECK(
      store.row("SELECT outcome FROM writers WHERE id = " + std::to_string(second)).at("outcome") ==
      "crashed");
  CHECK_FALSE(storage::holds_lock(path, first));
}

TEST_CASE("the name of a process is text, wherever the kernel cuts it") {
  const std::string before = base::current_process().program;
  REQUIRE(prctl(PR_SET_NAME, "the-host-of-us\u00e9") == 0);
  const std::string halved = base::current_process().program;
  REQUIRE(prctl(PR_SET_NAME, before.c_str()) == 0);
  CHECK(halved == "the-host-of-us\uFFFD [edo: replaced 1 byte]");
}

TEST_CASE("the name of a dead process does not prevent shipping its rows") {
  WritersStore store;
  const std::int64_t dead = store.writer("pid = 4194305, program = CAST(x'e973' AS TEXT)");
  store.tree(dead, "1", "running");
  CHECK(store.mark().jobs == 1);
  CHECK_THAT(store.row("SELECT error_message FROM job_executions WHERE status = 'crashed'")
                 .at("error_message"),
             Contains("(\uFFFDs, pid 4194305"));
}

TEST_CASE("a zombie is dead") {
  WritersStore store;
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK(store.dead("pid = " + std::to_string(child)));
  REQUIRE(waitpid(child, nullptr, 0) == child);
}

TEST_CASE("what a dead writer left running becomes crashed, with what is known") {
  WritersStore store;
  const std::int64_t dead = store.writer("pid = 4194305, program = 'shop', host = 'box'");
  const std::int64_t living = store.writer();
  store.tree(dead, "1", "running");
  store.tree(dead, "2", "timeout");
  store.database.execute("UPDATE event_executions SET status = 'completed' WHERE id LIKE '2e%'");
  store.tree(living, "3", "running");
  const CrashReport report = store.mark();
  CHECK(report.recorders == 1);
  CHECK(report.invocations == 1);
  CHECK(report.events == 3);
  CHECK(report.jobs == 2);

  const std::string message =
      "its process ended before it did (shop, pid 4194305 on box,"
      " recording since 2026-03-01T10:00:00.000000Z)";
  testing::Row row = store.row("SELECT * FROM invocations WHERE id LIKE '1%'");
  CHECK(row.at("status") == "crashed");
  CHECK(row.at("error_message") == message);
  CHECK(row.at("updated_at") == kLater);
  CHECK(row.at("completed_at") == testing::kNull);
  CHECK(row.at("total_duration_ms") == testing::kNull);
  CHECK(row.at("events_detected_count") == "1");
  CHECK(row.at("total_jobs_run") == "2");
  CHECK(row.at("total_jobs_succeeded") == "1");
  CHECK(row.at("total_jobs_failed") == "1");

  // It had ended before its jobs did: its status stays, its counts tell of them.
  row = store.row("SELECT * FROM invocations WHERE id LIKE '2%'");
  CHECK(row.at("status") == "timeout");
  CHECK(row.at("error_message") == testing::kNull);
  CHECK(row.at("total_jobs_run") == "2");
  CHECK(row.at("total_jobs_failed") == "1");

  row = store.row("SELECT * FROM event_executions WHERE id LIKE '2e%'");
  CHECK(row.at("status") == "completed");
  CHECK(row.at("handler_error") == testing::kNull);
  CHECK(row.at("jobs_count") == "2");
  CHECK(row.at("jobs_failed") == "1");

  row = store.row("SELECT * FROM event_executions WHERE id LIKE '1e%'");
  CHECK(row.at("status") == "crashed");
  CHECK(row.at("handler_error") == message);
  CHECK(row.at("detection_error") == testing::kNull);
  CHECK(row.at("jobs_count") == "2");
  CHECK(row.at("jobs_failed") == "1");
  row = store.row("SELECT * FROM event_executions WHERE id LIKE '1d%'");
  CHECK(row.at("status") == "crashed");
  CHECK(row.at("detection_error") == message);
  CHECK(row.at("handler_error") == testing::kNull);

  row = store.row("SELECT * FROM job_executions WHERE id LIKE '1j%'");
  CHECK(row.at("status") == "crashed");
  CHECK(row.at("error_message") == message);
  CHECK(row.at("duration_ms") == testing::kNull);
  CHECK(store.row("SELECT * FROM job_executions WHERE id LIKE '1k%'").at("status") == "completed");

  CHECK(store.row("SELECT status FROM invocations WHERE id LIKE '3%'").at("status") == "running");
  CHECK(store.row("SELECT status FROM job_executions WHERE id LIKE '3j%'").at("status") ==
        "running");
  row = store.row("SELECT * FROM writers WHERE id = " + std::to_string(dead));
  CHECK(row.at("outcome") == "crashed");
  CHECK(row.at("ended_at") == kLater);
  CHECK(store.mark().recorders == 0);
}

TEST_CASE("a writer that closes ends what it left running as well") {
  WritersStore store;
  const std::int64_t writer = store.writer();
  store.tree(writer, "1", "running");
  close_recorder(store.database, writer, kNow + 60'000'000);
  const testing::Row row = store.row("SELECT * FROM writers");
  CHECK(row.at("outcome") == "closed");
  CHECK(row.at("ended_at") == kLater);
  CHECK(store.row("SELECT * FROM invocations").at("status") == "crashed");
  CHECK(store.row("SELECT * FROM invocations").at("error_message") ==
        "the recorder was closed before the end was recorded");
  CHECK(store.mark().recorders == 0);
}

TEST_CASE("losses add up on the account of their writer") {
  WritersStore store;
  const std::int64_t one = store.writer();
  const std::int64_t other = store.writer();
  add_dropped(store.database, one, 3, kNow, "first");
  add_dropped(store.database, one, 4, kNow + 60'000'000, "second");
  const testing::Row row = store.row("SELECT * FROM writers WHERE id = " + std::to_string(one));
  CHECK(row.at("dropped_calls") == "7");
  CHECK(row.at("last_drop_at") == kLater);
  CHECK(row.at("last_drop_reason") == "second");
  CHECK(
      store.row("SELECT * FROM writers WHERE id = " + std::to_string(other)).at("dropped_calls") ==
      "0");
}

}  // namespace
}  // namespace edo::tables
