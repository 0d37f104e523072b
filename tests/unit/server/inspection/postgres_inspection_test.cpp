// A server whose backends stop answering, which no query may wait for.
#include <signal.h>

#include <catch2/catch.hpp>
#include <future>

#include "replicator/postgres/migrations.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/wait.hpp"
#include "tools/server/inspection/inspection.hpp"

namespace edo::inspection {
namespace {

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

TEST_CASE("SQL on a stuck connection times out") {
  Backends backends;
  {
    postgres::Connection connection{postgres::Target(backends.url())};
    (void)postgres::migrate(connection, "telemetry");
    postgres::grant_roles(connection, "telemetry");
  }
  const auto inspection = inspect_postgres(backends.url(), "telemetry");
  auto rows = std::async(std::launch::async, [&] {
    return inspection->run_sql("SELECT pg_sleep(1000)", {.seconds = 1});
  });
  REQUIRE(eventually([&] { return backends.stop("wait_event = 'PgSleep'"); }));
  CHECK(ends(rows, backends));
  CHECK_THROWS_WITH(rows.get(), Catch::Matchers::Contains("no answer in time"));
}

}  // namespace
}  // namespace edo::inspection
