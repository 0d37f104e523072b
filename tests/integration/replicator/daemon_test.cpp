// The replicator as cron and service managers run it.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "edo/recorder.hpp"
#include "fixture.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

// Until the condition holds, or the process that should bring it about has ended.
template <typename Condition>
bool eventually(const Process& process, Condition condition) {
  bool holds = false;
  return edo::testing::eventually([&] { return (holds = condition()) || !process.running(); },
                                  kPatience) &&
         holds;
}

Result get(const std::string& address) {
  return run(
      {.argv = {"python3", "-c",
                "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
                address}});
}

void end(Process& process) {
  process.kill(SIGTERM);
  const auto ended = process.wait();
  INFO(ended.err);
  CHECK(ended.exit_code == 0);
}

std::string store_column(const std::string& url, const std::string& column) {
  return query_value(url,
                     "SELECT " + column + " FROM event_detector_observability.replication_stores");
}

}  // namespace

TEST_CASE("options come from the command line, the environment and the file, in that order") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  const std::string file = directory / "replicator.toml";
  write_file(file, "# One file for all commands.\nstore = \"" + store.path() + "\"\nto = \"" + url +
                       "\"\n\n[run]\nbatch_changes = 4\njson = true\n\n[serve]\nlisten = "
                       "\"127.0.0.1:8080\"\n");
  const Result shipped = run_replicator({"run", "--once", "--config", file});
  INFO(shipped.err);
  REQUIRE(shipped.exit_code == 0);
  CHECK(nlohmann::json::parse(shipped.out)["stores"][0]["batches"] > 2);
  CHECK(run_replicator({"verify", "--config", file}).exit_code == 0);

  store.add_trees(2);
  Command command = replicator({"run", "--once", "--config", file, "--batch-changes", "1000"});
  const Result given = run(command);
  CHECK(nlohmann::json::parse(given.out)["stores"][0]["batches"] == 1);
  command.environment["EDO_STORE"] = directory / "missing.db";
  CHECK(run(command).exit_code == 1);
}

TEST_CASE("an error in the configuration file is named with its line") {
  const TemporaryDirectory directory;
  const std::string file = directory / "replicator.toml";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"to = ", file + ":1"},
      {"\n[run]\nspeed = 9\n", file + ":3: \"speed\" is not an option of run"},
      {"[fly]\n", "no command \"fly\""},
      {"interval = \"5s\"\n", "belongs in the table of a command"},
      {"[run]\nbatch_changes = 0\n", file + ":2"},
      {"[run]\nbatch_changes = {}\n", "takes text, a number, true or false"}};
  for (const auto& [text, words] : wrong) {
    CAPTURE(text);
    write_file(file, text);
    const Result result = run_replicator({"run", "--config", file});
    CHECK(result.exit_code == 2);
    CHECK_THAT(only_line(result), Contains(words));
  }
  CHECK(run_replicator({"run", "--config", directory / "none.toml"}).exit_code == 2);
}

TEST_CASE(
    "a hangup makes the daemon read its configuration again, and a wrong one changes nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore first(directory / "first.db");
  SampleStore second(directory / "second.db");
  first.add_trees(1);
  const std::string file = directory / "replicator.toml";
  const auto configure = [&](const std::string& stores, const std::string& more = "") {
    write_file(file,
               "to = \"" + url + "\"\nstore = " + stores + "\n[run]\ninterval = \"20ms\"\n" + more);
  };
  configure("\"" + first.path() + "\"");
  Process daemon(replicator({"run", "--config", file}));
  REQUIRE(daemon.wait_for_error("first.db: shipped 5 rows"));

  configure("[\"" + first.path() + "\", \"" + second.path() + "\"]", "speed = 9\n");
  daemon.kill(SIGHUP);
  REQUIRE(daemon.wait_for_error("keeping the previous configuration"));
  first.add_trees(2);
  REQUIRE(daemon.wait_for_error("first.db: shipped 10 rows"));

  second.add_trees(3);
  configure("[\"" + first.path() + "\", \"" + second.path() + "\"]");
  daemon.kill(SIGHUP);
  REQUIRE(daemon.wait_for_error("second.db: shipped 15 rows"));
  end(daemon);
  CHECK(rows_at(url) == 30);
}

TEST_CASE("a reload applies a valid configuration, and an invalid one changes nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const std::string file = directory / "replicator.toml";
  const auto configure = [&](const std::string& to, const std::string& metrics,
                             const std::string& interval) {
    write_file(file, "to = \"" + to + "\"\nstore = \"" + store.path() + "\"\n[run]\ninterval = \"" +
                         interval + "\"\nmetrics = \"" + metrics + "\"\n");
  };
  configure(url, "127.0.0.1:0", "20ms");
  Process daemon(replicator({"run", "--config", file}));
  REQUIRE(daemon.wait_for_error("every 20ms"));
  const std::string log = daemon.err();
  const auto at = log.find("http://");
  const std::string page = log.substr(at, log.find('\n', at) - at);
  const std::string taken = page.substr(7, page.rfind('/') - 7);
  std::int64_t rows = 5;
  const auto goes_on = [&] {
    store.add_trees(1);
    rows += 5;
    CHECK(eventually(daemon, [&] { return rows_at(url) == rows; }));
    CHECK(get(page).exit_code == 0);
  };
  const std::string no_database = url.substr(0, url.rfind('/')) + "/no_such_database";
  configure(no_database, "127.0.0.1:0", "20ms");
  daemon.kill(SIGHUP);
  REQUIRE(
      daemon.wait_for_error("createdb, or name another one; keeping the previous configuration"));
  goes_on();
  configure(url, taken, "20ms");
  daemon.kill(SIGHUP);
  REQUIRE(daemon.wait_for_error("another address or port; keeping"));
  goes_on();
  // The server of the metrics stays where nothing is said about it.
  configure(url, "127.0.0.1:0", "21ms");
  daemon.kill(SIGHUP);
  REQUIRE(daemon.wait_for_error("every 21ms"));
  goes_on();
  write_file(file, "to = \"" + url + "\"\nstore = \"" + store.path() + "\"\n");
  daemon.kill(SIGHUP);
  REQUIRE(daemon.wait_for_error("every 5s"));
  CHECK(get(page).exit_code != 0);
  end(daemon);
}

TEST_CASE("the daemon finds stores that appear in a folder") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  Process daemon(
      replicator({"run", "--store", directory.path(), "--to", url, "--interval", "10ms"}));
  REQUIRE(daemon.wait_for_error("shipping"));
  SampleStore early(directory / "early.db");
  early.add_trees(1);
  REQUIRE(daemon.wait_for_error("early.db: shipped"));
  SampleStore late(directory / "late.db");
  late.add_trees(1);
  REQUIRE(daemon.wait_for_error("late.db: shipped"));
  REQUIRE(eventually(daemon, [&] { return rows_at(url) == 10; }));
  end(daemon);

  CHECK(run_replicator({"run", "--once", "--store", directory / "*.db", "--to", url}).exit_code ==
        0);
  const Result none =
      run_replicator({"run", "--once", "--store", directory / "*.sqlite", "--to", url});
  CHECK(none.exit_code == 1);
  CHECK_THAT(only_line(none), Contains("no store found in"));
}

TEST_CASE("an idle store sends heartbeats, so it is not silent") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  ship(store.path(), url);
  const std::string before = store_column(url, "last_seen_at");
  // From cron every run says so.
  ship(store.path(), url);
  CHECK(store_column(url, "last_seen_at") > before);
  CHECK(store_column(url, "pending_changes") == "0");
  CHECK(query_value(url, "SELECT count(*) FROM event_detector_observability.replication_batches") ==
        "1");
  const std::string state = fingerprint(url);
  Process daemon(replicator(
      {"run", "--store", store.path(), "--to", url, "--interval", "5ms", "--heartbeat", "20ms"}));
  for (int i = 0; i < 3; ++i) {
    const std::string seen = store_column(url, "sent_at");
    REQUIRE(eventually(daemon, [&] { return store_column(url, "sent_at") > seen; }));
  }
  end(daemon);
  CHECK(fingerprint(url) == state);
}

TEST_CASE("a second replicator leaves a store to the first one") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(4000);
  Process first(
      replicator({"run", "--once", "--store", store.path(), "--to", url, "--batch-changes", "20"}));
  REQUIRE(eventually(first, [&] { return rows_at(url) > 0; }));
  Process second(replicator({"run", "--store", store.path(), "--to", url, "--interval", "10ms",
                             "--batch-changes", "20", "--retry-delay", "10ms"}));
  REQUIRE(second.wait_for_error("another replicator ships it (process " +
                                std::to_string(first.pid()) + ")"));
  // A lock does not outlive its process, however that ends.
  first.kill(SIGKILL);
  (void)first.wait();
  REQUIRE(second.wait_for_error("shipped"));
  end(second);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

// What is written to a disk: memory mapped files too get a new time for it.
std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> written_state(
    const TemporaryDirectory& directory) {
  std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> state;
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    state[entry.path()] = {entry.file_size(), entry.last_write_time()};
  }
  return state;
}

TEST_CASE("an idle host and an idle replicator write nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  const edo::Recorder host(edo::Options{.store = store.path()});
  Process daemon(replicator(
      {"run", "--store", store.path(), "--to", url, "--interval", "5ms", "--heartbeat", "20ms"}));
  REQUIRE(daemon.wait_for_error("shipped"));
  const auto beats = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string seen = store_column(url, "sent_at");
      REQUIRE(eventually(daemon, [&] { return store_column(url, "sent_at") > seen; }));
    }
  };
  // What was shipped is trimmed, and the log is written into the store.
  auto before = written_state(directory);
  REQUIRE(edo::testing::eventually([&] {
    beats(3);
    const auto earlier = std::exchange(before, written_state(directory));
    return earlier == before;
  }));
  beats(20);
  CHECK(written_state(directory) == before);
  end(daemon);
}

TEST_CASE("a time budget ends a long run and keeps what was shipped") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(4000);
  const auto backlog = store.integer("SELECT count(*) FROM outbox");
  const Result result = run_replicator({"run", "--once", "--store", store.path(), "--to", url,
                                        "--batch-changes", "20", "--time-budget", "300ms"});
  CHECK(result.exit_code == 75);
  CHECK_THAT(only_line(result), Contains("the time budget of 300ms was spent"));
  CHECK(store.integer("SELECT count(*) FROM outbox") < backlog);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("--retry-attempts ends the daemon after failures in a row") {
  const TemporaryDirectory directory;
  PrivatePostgres server;
  const std::string url = server.fresh_database();
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  Process daemon(
      replicator({"run", "--store", store.path(), "--to", url, "--interval", "10ms", "--heartbeat",
                  "10ms", "--retry-attempts", "2", "--retry-delay", "10ms"}));
  REQUIRE(daemon.wait_for_error("shipped"));
  server.crash();
  const auto ended = daemon.wait();
  CHECK(ended.exit_code == 1);
  CHECK_FALSE(ended.timed_out);
}

TEST_CASE("rows that a dead host left running are shipped as crashed") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string path = directory / "telemetry.db";
  Process host(Command{.argv = {EDO_CRASH_HOST, path, "1", "7"}});
  REQUIRE(host.wait_for_output("\n"));
  // Stopped, so that what runs when one looks still runs when the host dies.
  REQUIRE(eventually([&] {
    REQUIRE(host.stop());
    const auto running = edo::storage::open_store(path, {}).integer(
        "SELECT count(*) FROM invocations WHERE status = 'running'");
    if (running > 0) return true;
    host.kill(SIGCONT);
    return false;
  }));
  host.kill(SIGKILL);
  (void)host.wait();
  ship(path, url);
  CHECK(query_value(url,
                    "SELECT count(*) FROM event_detector_observability.invocations WHERE "
                    "status = 'running'") == "0");
  CHECK(query_value(url,
                    "SELECT count(*) > 0 FROM event_detector_observability.invocations WHERE "
                    "status = 'crashed'") == "t");
}

TEST_CASE("the hourly figures are there after a run") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(7);
  ship(store.path(), url);
  CHECK(query_value(url,
                    "SELECT sum(total_invocations) || ' ' || sum(failed_invocations) FROM "
                    "event_detector_observability.metrics_hourly") == "7 7");
  CHECK(query_value(url,
                    "SELECT sum(total_invocations) FROM "
                    "event_detector_observability.dashboard_stats") == "7");
}

TEST_CASE("the metrics count shipped rows and pending changes") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  Process daemon(replicator({"run", "--store", store.path(), "--to", url, "--interval", "1h",
                             "--metrics", "127.0.0.1:0"}));
  REQUIRE(daemon.wait_for_error("shipped 15 rows"));
  store.add_trees(1);
  const std::string log = daemon.err();
  const auto at = log.find("http://");
  REQUIRE(at != std::string::npos);
  const std::string address = log.substr(at, log.find('\n', at) - at);
  const Result page = get(address);
  REQUIRE(page.exit_code == 0);
  CHECK_THAT(page.out, Contains("outcome=\"inserted\"} 15"));
  CHECK_THAT(page.out, Contains("edo_replicator_ship_duration_seconds_count"));
  CHECK_THAT(page.out, Contains("} 8\n"));  // changes that wait
  end(daemon);
}

TEST_CASE("the daemon notifies the service manager that it is ready, alive and ending") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const std::string path = directory / "notify";
  const int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const timeval patience{30, 0};
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto next = [&] {
    char text[256] = {};
    const auto size = recv(listener, text, sizeof text, 0);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
  };
  Command command = replicator({"run", "--store", store.path(), "--to", url, "--interval", "20ms"});
  command.environment["NOTIFY_SOCKET"] = path;
  command.environment["WATCHDOG_USEC"] = "40000";
  Process daemon(command);
  CHECK_THAT(next(), Contains("READY=1"));
  CHECK(next() == "WATCHDOG=1");
  CHECK(next() == "WATCHDOG=1");
  daemon.kill(SIGTERM);
  std::string last;
  for (std::string state = next(); !state.empty() && last != "STOPPING=1"; state = next()) {
    last = state;
    if (last == "STOPPING=1") break;
  }
  CHECK(last == "STOPPING=1");
  CHECK(daemon.wait().exit_code == 0);
  close(listener);
}
