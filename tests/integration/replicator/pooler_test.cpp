// A connection pooler between the replicator and the central database: whatever runs in the
// sessions that it shares out finds what it needs, and nothing that another client has left.
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <mutex>
#include <thread>

#include "fixture.hpp"
#include "support/pgbouncer.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

// An application that has nothing to do with us: it asks again and again, each time as a new client
// of the pooler, and notes each answer that is not what it always was.
class Bystander {
 public:
  explicit Bystander(std::string url) : url_(std::move(url)), usual_(look()) {
    thread_ = std::thread([this] {
      while (!ending_.load()) watch();
    });
  }
  ~Bystander() { end(); }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  // What it noticed, empty if nothing.
  std::string end() {
    ending_.store(true);
    if (thread_.joinable()) thread_.join();
    return noticed_;
  }
  [[nodiscard]] int looks() const { return looks_.load(); }

 private:
  // What of a session other clients could have changed, whatever settings there are.
  [[nodiscard]] std::string look() const {
    return query_value(
        url_,
        "SELECT concat_ws(' ', (SELECT count(*) FROM users),"
        " (SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
        "  WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding')),"
        " current_setting('search_path'), current_setting('statement_timeout'),"
        " current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),"
        " current_setting('enable_seqscan'), current_setting('TimeZone'),"
        " current_setting('transaction_read_only'),"
        " (SELECT count(*) FROM pg_prepared_statements),"
        " (SELECT count(*) FROM pg_cursors),"
        " (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        "  AND pid = pg_backend_pid()))");
  }
  void watch() {
    try {
      const std::string now = look();
      if (now != usual_) noticed_ += "not \"" + usual_ + "\" but \"" + now + "\"\n";
    } catch (const std::exception& failure) {
      noticed_ += std::string(failure.what()) + "\n";
    }
    ++looks_;
  }

  const std::string url_;
  const std::string usual_;
  std::string noticed_;  // the thread's until it has ended
  std::atomic<int> looks_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// One of two teams that share a database, each with a schema of its own.
struct Team {
  std::string schema;
  TemporaryDirectory directory = {};
  SampleStore store{directory / "telemetry.db"};

  [[nodiscard]] std::vector<std::string> at(const std::string& command, const std::string& url,
                                            std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {command, "--to", url, "--schema", schema});
    return more;
  }
  [[nodiscard]] std::vector<std::string> of_store(const std::string& command,
                                                  const std::string& url,
                                                  std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--store", store.path()});
    return at(command, url, std::move(more));
  }
  [[nodiscard]] bool is_shipped() { return store.integer("SELECT count(*) FROM outbox") == 1; }
};

void require_success(const std::vector<std::string>& arguments) {
  const Result result = run_replicator(arguments);
  CAPTURE(arguments, result.out, result.err);
  REQUIRE(result.exit_code == 0);
}

// Nobody has rows of the other, and none is missing.
void require_apart(Team (&teams)[2], const std::string& url) {
  for (auto& team : teams) {
    for (const std::string table :
         {"invocations", "event_executions", "job_executions", "job_logs"}) {
      CAPTURE(team.schema, table);
      const std::string id = team.store.text("SELECT store_id FROM store");
      const std::string from = " FROM " + team.schema + "." + table;
      CHECK(query_value(url, "SELECT count(*)" + from) ==
            std::to_string(team.store.integer("SELECT count(*) FROM " + table)));
      CHECK(query_value(url, "SELECT count(*)" + from + " WHERE store_id <> '" + id + "'") == "0");
    }
  }
}

// Runs a daemon for each team until `done` for both.
void run_beside(Team (&teams)[2], const std::vector<std::vector<std::string>>& commands,
                const std::function<bool(Team&)>& done) {
  std::vector<Process> daemons;
  for (const auto& command : commands) daemons.emplace_back(replicator(command));
  for (auto& team : teams) {
    for (int i = 0; i < 20; ++i) team.store.add_trees(5);
  }
  const bool all = eventually([&] { return done(teams[0]) && done(teams[1]); });
  for (auto& daemon : daemons) daemon.kill(SIGTERM);
  for (auto& daemon : daemons) {
    const Result ended = daemon.wait();
    CAPTURE(ended.err);
    CHECK(ended.exit_code == 0);
    CHECK(ended.err.find("warning") == std::string::npos);
    CHECK(all);
  }
  REQUIRE(all);
}

}  // namespace

TEST_CASE("two schemas and an application share the sessions of a pooler and do not meet") {
  const auto [mode, size] =
      GENERATE(table<std::string, int>({{"transaction", 1}, {"transaction", 2}, {"session", 8}}));
  CAPTURE(mode, size);
  const std::string url = PrivatePostgres::shared().fresh_database();
  query(url, "CREATE TABLE users (id integer); INSERT INTO users VALUES (1)");
  const PrivatePgBouncer pooler(url, mode, size);
  const std::string& to = pooler.url();
  Bystander bystander(to);
  Team teams[] = {{"team_a"}, {"team_b"}};
  for (auto& team : teams) {
    require_success(team.at("migrate", to, {"--roles"}));
    team.store.add_trees(50);
  }

  const std::vector<std::string> fast = {"--interval", "10ms", "--batch-changes", "60"};
  std::vector<std::vector<std::string>> direct;
  std::vector<std::vector<std::string>> inbox;
  for (const auto& team : teams) {
    direct.push_back(team.of_store("run", to, fast));
    auto posting = fast;
    posting.insert(posting.end(), {"--via", "inbox"});
    inbox.push_back(team.of_store("run", to, posting));
    inbox.push_back(team.at("apply", to, {"--interval", "10ms"}));
  }
  run_beside(teams, direct, [](Team& team) { return team.is_shipped(); });
  require_apart(teams, url);
  run_beside(teams, inbox, [&](Team& team) {
    return team.is_shipped() &&
           query_value(url, "SELECT count(*) FROM " + team.schema +
                                ".replication_inbox WHERE state <> 'applied'") == "0";
  });
  require_apart(teams, url);

  for (const auto& team : teams) {
    require_success(team.of_store("verify", to));
    require_success(team.of_store("verify", to));
    require_success(team.of_store("status", to));
    require_success(team.at("status", to));
    require_success(team.at("requeue", to, {"--replay", "1h"}));
    require_success(team.at("apply", to, {"--once"}));
  }
  require_apart(teams, url);
  const int looks = bystander.looks();
  CHECK(bystander.end() == "");
  CHECK(looks > 0);
}

TEST_CASE("the script of migrate leaves nothing in the session") {
  const std::string url = PrivatePostgres::shared().fresh_database();
  query(url, "CREATE TABLE users (id integer)");
  const PrivatePgBouncer pooler(url, "transaction", 1);
  const Result script = run_replicator({"migrate", "--print", "--roles", "--schema", "team_a"});
  REQUIRE(script.exit_code == 0);
  for (int i = 0; i < 2; ++i) {
    const Result result =
        run(Command{{"psql", "-X", "-q", "-d", pooler.url(), "-f", "-"}, {}, script.out});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
  }
  CHECK(query_value(pooler.url(), "SHOW search_path") == "\"$user\", public");
  CHECK(query_value(pooler.url(), "SELECT count(*) FROM team_a.schema_migrations") == "5");
}

TEST_CASE("a setting that a pooler refuses is reported in one line with the remedy") {
  const std::string url = migrated_database();
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const auto run_to = [&](const std::string& to) {
    return run_replicator(
        {"run", "--once", "--store", store.path(), "--to", to, "--retry-attempts", "0"});
  };
  SECTION("transactions in statement mode") {
    const PrivatePgBouncer pooler(url, "statement", 1);
    const Result result = run_to(pooler.url());
    CHECK(result.exit_code == 1);
    CHECK_THAT(only_line(result), Contains("statement pooling mode; set pool_mode = transaction"));
    // What asks one thing at a time needs no transaction.
    ship(store.path(), url);
    require_verified(store.path(), pooler.url());
    require_success({"status", "--store", store.path(), "--to", pooler.url()});
    return;
  }
  SECTION("options in the address") {
    const PrivatePgBouncer pooler(url, "transaction", 1);
    const Result result = run_to(pooler.url() + "?options=-c%20statement_timeout%3D1s");
    CHECK(result.exit_code == 1);
    CHECK_THAT(only_line(result),
               Contains("unsupported startup parameter: options; remove options from the address"));
  }
  CHECK(rows_at(url) == 0);
}
