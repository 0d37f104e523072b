// A server whose backends stop answering, which no query may wait for.
#include <signal.h>

#include <catch2/catch.hpp>
#include <future>
#include <stop_token>

#include "replicator/postgres/migrations.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/wait.hpp"
#include "tools/server/inspection/inspection.hpp"

namespace edo::inspection {
namespace {

using Catch::Matchers::Contains;
using std::chrono::seconds;
using testing::eventually;
using testing::PrivatePostgres;

// The backends of a database that has none but the inspection's, and the one that looks.
class Backends {
 public:
  Backends() : url_(PrivatePostgres::shared().fresh_database()) {}
  Backends(const Backends&) = delete;
  Backends& operator=(const Backends&) = delete;
  ~Backends() { go_on(); }

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  // False if the condition holds for none.
  bool stop(const std::string& condition) {
    const auto found = testing::query(
        url_,
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        "pg_backend_pid() AND backend_type = 'client backend' AND " +
            condition);
    for (const auto& row : found) {
      stopped_.push_back(std::stoi(row.front()));
      ::kill(stopped_.back(), SIGSTOP);
      // Until then it may still answer.
      const std::string state_file = "/proc/" + row.front() + "/stat";
      REQUIRE(eventually(
          [&] { return testing::read_file(state_file).find(") T ") != std::string::npos; }));
    }
    return !found.empty();
  }
  void go_on() {
    for (const pid_t pid : stopped_) ::kill(pid, SIGCONT);
    stopped_.clear();
  }

 private:
  const std::string url_;
  std::vector<pid_t> stopped_;
};

// Whether the call ends though its backend was stopped; if not, the backend goes on so that it
// does.
template <typename Result>
bool ends(std::future<Result>& call, Backends& backends) {
  const bool has_ended = call.wait_for(seconds(30)) == std::future_status::ready;
  if (!has_ended) backends.go_on();
  return has_ended;
}

TEST_CASE("the version is unknown while its connection is stuck, and known again soon") {
  Backends backends;
  const auto inspection = inspect_postgres(backends.url(), "public");
  REQUIRE(eventually([&] { return inspection->version().has_value(); }));
  REQUIRE(backends.stop("state = 'idle'"));
  auto version = std::async(std::launch::async, [&] { return inspection->version(); });
  CHECK(ends(version, backends));
  CHECK(version.get() == std::nullopt);
  CHECK(eventually([&] { return inspection->version().has_value(); }));
}

// The central database of an inspection that may run SQL.
class SqlBackends : public Backends {
 public:
  SqlBackends() {
    postgres::Connection connection{postgres::Target(url())};
    (void)postgres::migrate(connection, "telemetry");
    postgres::grant_roles(connection, "telemetry");
  }
  [[nodiscard]] std::future<Json> run(Inspection& inspection, const std::string& sql, int limit,
                                      const std::stop_token& left = {}) const {
    return std::async(std::launch::async, [&inspection, sql, limit, left] {
      return inspection.run_sql(sql, {.seconds = limit}, left);
    });
  }
  [[nodiscard]] std::string sleeping() const {
    return testing::query(url(),
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                          "current_database() AND wait_event = 'PgSleep'")
        .front()
        .front();
  }
};

TEST_CASE("a statement that PostgreSQL does not end keeps its place until it is over") {
  SqlBackends backends;
  const auto inspection = inspect_postgres(backends.url(), "telemetry");
  std::vector<std::future<Json>> stuck;
  for (std::size_t i = 0; i < kSqlAtOnce; ++i) {
    stuck.push_back(backends.run(*inspection, "SELECT pg_sleep(1000)", 1));
  }
  REQUIRE(eventually([&] { return backends.sleeping() == std::to_string(kSqlAtOnce); }));
  REQUIRE(backends.stop("wait_event = 'PgSleep'"));
  for (auto& each : stuck) {
    CHECK(ends(each, backends));
    CHECK_THROWS_WITH(each.get(),
                      Contains("it took longer than 1 seconds; PostgreSQL has not ended it yet"));
  }
  CHECK_THROWS_WITH(inspection->run_sql("SELECT 1", {}, {}),
                    Contains("the statements before it took too long"));
  backends.go_on();
  const auto is_answered = [&] {
    try {
      return inspection->run_sql("SELECT 1 AS one", {}, {})["rows"] == Json{{1}};
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::unavailable);
      return false;
    }
  };
  CHECK(eventually(is_answered));
  CHECK(backends.sleeping() == "0");
}

TEST_CASE("a statement whose client has left is ended") {
  SqlBackends backends;
  const auto inspection = inspect_postgres(backends.url(), "telemetry");
  std::stop_source left;
  auto rows = backends.run(*inspection, "SELECT pg_sleep(1000)", 1000, left.get_token());
  REQUIRE(eventually([&] { return backends.sleeping() == "1"; }));
  left.request_stop();
  CHECK_THROWS_AS(rows.get(), Error);
  CHECK(eventually([&] { return backends.sleeping() == "0"; }));
}

TEST_CASE("a statement that takes too long is cancelled, and has bounds for its memory") {
  SqlBackends backends;
  const auto inspection = inspect_postgres(backends.url(), "telemetry");
  CHECK_THROWS_WITH(inspection->run_sql("SELECT pg_sleep(1000)", {.seconds = 1}, {}),
                    Contains("it took longer than 1 seconds; PostgreSQL has cancelled it"));
  const auto found = inspection->run_sql(
      "SELECT current_setting('work_mem'), current_setting('temp_file_limit'), "
      "current_setting('max_parallel_workers_per_gather'), 1 AS a, 2 AS a",
      {}, {});
  CHECK(found["rows"] == Json{{"16MB", "1GB", "0", 1, 2}});
  CHECK(found["columns"] ==
        Json{"current_setting", "current_setting_2", "current_setting_3", "a", "a_2"});
}

}  // namespace
}  // namespace edo::inspection
