// Hosts in C++ and C that ship by themselves, as processes, to a real PostgreSQL that goes away,
// stalls and comes back.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <thread>

#include "integration/replicator/fixture.hpp"
#include "support/proxy.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr const char* kNobody = "postgresql://edo@127.0.0.1:1/edo";  // refuses connections
constexpr int kRowsOfOne = 4;  // of an invocation: itself, its event, its job, its line

// The hosts that are linked with libedo-shipper: the same program in C++ and in C.
const std::vector<std::string> kHosts = {EDO_CPP_HOST, EDO_C_HOST};

struct Setting {
  std::string host;
  std::string store;
  std::string central;
  std::string replicate = "onEnd";
  json more = json::object();

  [[nodiscard]] Command command(std::vector<std::string> commands) const {
    json options = {{"store", store},
                    {"replicate", replicate},
                    {"retryDelay", 50},
                    {"database", {{"connectionString", central}}}};
    options.update(more);
    Command command{{host, options.dump()}};
    command.argv.insert(command.argv.end(), commands.begin(), commands.end());
    for (const char* name : {"EDO_STORE", "OBSERVABILITY_DB_URL", "PGPASSWORD", "PGHOST"}) {
      command.environment[name] = std::nullopt;
    }
    return command;
  }
  [[nodiscard]] Result run(std::vector<std::string> commands) const {
    return edo::testing::run(command(std::move(commands)));
  }
};

// What a line such as "flushed true 12" tells.
struct Answer {
  std::string word;
  long ms = -1;
};

std::vector<Answer> answers(const std::string& out, const std::string& what) {
  std::vector<Answer> found;
  const std::regex line("(^|\n)" + what + " ?(\\w*) (\\d+)");
  for (std::sregex_iterator at(out.begin(), out.end(), line), end; at != end; ++at) {
    found.push_back({(*at)[2], std::stol((*at)[3])});
  }
  return found;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::int64_t pending(const std::string& store) {
  edo::storage::OpenOptions options;
  auto database = edo::storage::open_store(store, options);
  return database.integer("SELECT count(*) FROM outbox WHERE entity <> 'watermark'").value_or(-1);
}

void touch(const std::string& path) { std::ofstream(path).put('\n'); }

void require_clean(const Result& result) {
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  REQUIRE(result.err.empty());
}

}  // namespace

TEST_CASE("onEnd ships when an invocation ends, and no call waits for it") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    const Setting setting{host, directory / "telemetry.db", url};
    const std::string go = directory / "go";
    Process process(setting.command({"record=3", "await=" + go, "close"}));
    REQUIRE(process.wait_for_output("awaiting"));
    CHECK(eventually([&] { return rows_at(url) == 3 * kRowsOfOne; }));
    touch(go);
    require_clean(process.wait());
    require_verified(setting.store, url);
  }
}

TEST_CASE("flush brings all to the central database, and says so") {
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      const std::string url = migrated_database();
      const Setting setting{
          host, directory / "telemetry.db", url, replicate, {{"flushInterval", 86'400'000}}};
      const Result result = setting.run({"record=20", "invocation", "flush=20000", "record=1",
                                         "flush=20000", "health", "exit=7"});
      INFO(result.out << result.err);
      REQUIRE(result.exit_code == 7);
      CHECK(result.err.empty());
      const auto flushed = answers(result.out, "flushed");
      REQUIRE(flushed.size() == 2);
      CHECK(flushed[0].word == "true");
      CHECK(flushed[1].word == "true");
      CHECK(rows_at(url) == 21 * kRowsOfOne + 1);
      CHECK(pending(setting.store) == 0);
    }
  }
}

TEST_CASE("the background ships by itself") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    const Setting setting{
        host, directory / "telemetry.db", url, "background", {{"flushInterval", 50}}};
    const std::string go = directory / "go";
    Process process(
        setting.command({"invocation", "await=" + go, "record=2", "await=" + go + "2"}));
    REQUIRE(process.wait_for_output("awaiting"));
    CHECK(eventually([&] { return rows_at(url) == 1; }));
    touch(go);
    CHECK(eventually([&] { return rows_at(url) == 1 + 2 * kRowsOfOne; }));
    touch(go + "2");
    require_clean(process.wait());
    // What closing has changed is there as well: the invocation that nobody ended has crashed.
    require_verified(setting.store, url);
    CHECK(pending(setting.store) == 0);
  }
}

TEST_CASE("closing ships what is pending") {
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      const std::string url = migrated_database();
      const Setting setting{
          host, directory / "telemetry.db", url, replicate, {{"flushInterval", 86'400'000}}};
      const Result result = setting.run({"record=5", "invocation", "close"});
      INFO(result.out << result.err);
      CHECK(result.exit_code == 0);
      // The handle that is left over tells that its end came too late.
      CHECK(count(result.err, "error: ") == count(result.err, "error: closed: "));
      require_verified(setting.store, url);
      CHECK(pending(setting.store) == 0);
    }
  }
}

TEST_CASE("through the inbox") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    const Setting setting{
        host, directory / "telemetry.db", url, "onEnd", {{"replicateVia", "inbox"}}};
    const Result result = setting.run({"record=3", "flush=20000"});
    require_clean(result);
    CHECK(answers(result.out, "flushed").at(0).word == "true");
    CHECK(rows_at(url) == 0);
    REQUIRE(run_replicator({"apply", "--to", url, "--once"}).exit_code == 0);
    require_verified(setting.store, url);
  }
}

TEST_CASE("an unreachable central database costs one attempt, and is reported once") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const Setting setting{
        host, directory / "telemetry.db", kNobody, "onEnd", {{"retryDelay", 86'400'000}}};
    const Result result =
        setting.run({"record=1", "flush=20000", "record=1", "flush=5000", "flush=5000", "close"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    const auto flushed = answers(result.out, "flushed");
    REQUIRE(flushed.size() == 3);
    for (const auto& flush : flushed) CHECK(flush.word == "false");
    CHECK(flushed[0].ms < 10'000);
    CHECK(flushed[1].ms < 100);
    CHECK(flushed[2].ms < 100);
    CHECK(answers(result.out, "closed").at(0).ms < 1000);
    CHECK(count(result.err, "error: unavailable: connect to") == 1);
    CHECK(pending(setting.store) > 0);
  }
}

TEST_CASE("attempts have an end where that is wanted") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const Setting setting{host,
                          directory / "telemetry.db",
                          kNobody,
                          "background",
                          {{"retryDelay", 1}, {"retryAttempts", 2}}};
    const Result result = setting.run({"invocation", "flush=50000"});
    const auto flushed = answers(result.out, "flushed").at(0);
    CHECK(flushed.word == "false");
    CHECK(flushed.ms < 20'000);
  }
}

TEST_CASE("a central database that never answers holds the host for a deadline, and then no more") {
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      const std::string url = migrated_database();
      Proxy proxy(url);
      proxy.fault_after(Direction::up, 1, Proxy::Fault::stall);
      const Setting setting{
          host, directory / "telemetry.db", proxy.url(), replicate, {{"retryDelay", 86'400'000}}};
      const Result result =
          setting.run({"record=1", "flush=400", "flush=400", "record=1", "close"});
      INFO(result.out << result.err);
      REQUIRE(result.exit_code == 0);
      const auto flushed = answers(result.out, "flushed");
      REQUIRE(flushed.size() == 2);
      CHECK(flushed[0].word == "false");
      CHECK(flushed[0].ms >= 400);
      CHECK(flushed[0].ms < 1500);
      // In the background the attempt that hangs goes on, so that a flush may hope for it.
      if (replicate == "onEnd") CHECK(flushed[1].ms < 400);
      CHECK(answers(result.out, "closed").at(0).ms < 3000);

      proxy.heal();
      const Setting next{host, setting.store, url};
      require_clean(next.run({"record=1", "flush=20000", "close"}));
      require_verified(setting.store, url);
    }
  }
}

TEST_CASE("a slow central database gets what a deadline leaves time for, and the rest next time") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string store = directory / "telemetry.db";
  const Setting setting{kHosts[0], store, url, "off", {{"retryDelay", nullptr}}};
  require_clean(setting.run({"record=300"}));
  Proxy proxy(url);
  proxy.throttle(300'000, milliseconds(1));
  const Setting slow{kHosts[0], store, proxy.url(), "onEnd", {{"batchSize", 100}}};
  bool finished = false;
  int runs = 0;
  for (; runs < 100 && !finished; ++runs) {
    const Result result = slow.run({"flush=500", "flush=500", "exit=0"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    finished = result.out.find("flushed true") != std::string::npos;
  }
  CHECK(finished);
  CHECK(runs > 1);
  require_verified(store, url);
}

TEST_CASE("a central database that is killed gets everything once it is back") {
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      PrivatePostgres postgres;
      const std::string url = postgres.fresh_database();
      REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
      const Setting setting{
          host, directory / "telemetry.db", url, replicate, {{"flushInterval", 20}}};
      const std::string go = directory / "go";
      Process process(setting.command({"record=10", "flush=20000", "await=" + go, "record=10",
                                       "flush=200", "await=" + go + "2"}));
      REQUIRE(process.wait_for_output("awaiting"));
      REQUIRE_THAT(process.out(), Contains("flushed true"));
      postgres.crash();
      touch(go);
      REQUIRE(process.wait_for_output("flushed false"));
      REQUIRE(process.wait_for_error("error: unavailable: "));
      postgres.restart();
      CHECK(eventually([&] { return pending(setting.store) == 0; }));
      touch(go + "2");
      CHECK(process.wait().exit_code == 0);
      require_verified(setting.store, url);
    }
  }
}

TEST_CASE("a host that is killed while it ships loses nothing") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    Proxy proxy(url);
    proxy.throttle(2'000'000, milliseconds(1));
    const std::string store = directory / "telemetry.db";
    const Setting setting{
        host, store, proxy.url(), "background", {{"flushInterval", 0}, {"batchSize", 50}}};
    for (int i = 0; i < 8; ++i) {
      proxy.reset_counts();
      Process process(setting.command({"record=100000"}));
      const std::uint64_t enough = 10'000 + random() % 200'000;
      REQUIRE(eventually([&] { return proxy.bytes(Direction::up) >= enough; }));
      process.kill(SIGKILL);
      (void)process.wait();
    }
    const Setting next{host, store, url};
    require_clean(next.run({"record=1", "flush=50000", "close"}));
    require_verified(store, url);
    CHECK(pending(store) == 0);
  }
}

TEST_CASE("two hosts on one store ship it together") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string store = directory / "telemetry.db";
  std::vector<Process> processes;
  for (const auto& host : kHosts) {
    const Setting setting{host, store, url, "background", {{"flushInterval", 5}}};
    processes.emplace_back(setting.command({"record=300", "flush=5000", "record=300", "close"}));
  }
  for (auto& process : processes) {
    const Result result = process.wait();
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    // Each may have met the other, which is no other failure.
    CHECK(count(result.err, "error: ") == count(result.err, "error: busy: "));
  }
  CHECK(rows_at(url) + pending(store) >= 1200 * kRowsOfOne);
  ship(store, url);
  require_verified(store, url);
  CHECK(rows_at(url) == 1200 * kRowsOfOne);
}

TEST_CASE("another replicator that has the store is waited for within bounds") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    const Setting setting{host, directory / "telemetry.db", url};
    // As a replicator would that is in the midst of a ship.
    const int lock =
        open((setting.store + "-replicator").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(flock(lock, LOCK_EX) == 0);
    const std::string go = directory / "go";
    Process process(setting.command(
        {"record=2", "flush=500", "await=" + go, "record=1", "await=" + go + "2", "close"}));
    REQUIRE(process.wait_for_output("flushed false"));
    REQUIRE(process.wait_for_output("awaiting"));
    CHECK(rows_at(url) == 0);
    REQUIRE(close(lock) == 0);
    touch(go);
    // The next invocation brings what waited along.
    CHECK(eventually([&] { return rows_at(url) == 3 * kRowsOfOne; }));
    touch(go + "2");
    const Result result = process.wait();
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(count(result.err, "error: ") == count(result.err, "error: busy: "));
    require_verified(setting.store, url);
  }
}

TEST_CASE("beside a replicator that runs, nothing is lost and nothing comes twice") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string store = directory / "telemetry.db";
  const Setting setting{kHosts[0], store, url, "background", {{"flushInterval", 5}}};
  require_clean(setting.run({"record=1", "close"}));
  Process daemon(replicator({"run", "--store", store, "--to", url, "--interval", "5ms"}));
  const Result result = setting.run({"record=500", "flush=2000", "record=500", "close"});
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK(count(result.err, "error: ") == count(result.err, "error: busy: "));
  CHECK(eventually([&] { return pending(store) == 0; }));
  daemon.kill(SIGTERM);
  (void)daemon.wait();
  require_verified(store, url);
  CHECK(rows_at(url) == 1001 * kRowsOfOne);
}

TEST_CASE("exit() while it ships keeps the host's exit code") {
  const std::string url = migrated_database();
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      for (int i = 0; i < 10; ++i) {
        CAPTURE(host, replicate, i);
        const TemporaryDirectory directory;
        const Setting setting{
            host, directory / "telemetry.db", url, replicate, {{"flushInterval", 0}}};
        const auto began = steady_clock::now();
        const Result result =
            setting.run({"record=" + std::to_string(1 + 10 * i), "flush=0", "exit=7"});
        INFO(result.out << result.err);
        CHECK(result.exit_code == 7);
        CHECK(result.err.empty());
        CHECK(steady_clock::now() - began < std::chrono::seconds(10));
      }
    }
  }
}

TEST_CASE("a forked child ships what it records") {
  for (const auto& host : kHosts) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      const std::string url = migrated_database();
      const Setting setting{
          host, directory / "telemetry.db", url, replicate, {{"flushInterval", 1}}};
      // Forks at all moments of a ship.
      std::vector<std::string> commands;
      for (int i = 0; i < 15; ++i) {
        commands.emplace_back("record=20");
        commands.emplace_back("fork=10000");
      }
      commands.insert(commands.end(), {"flush=20000", "close"});
      const Result result = setting.run(commands);
      INFO(result.out << result.err);
      CHECK(result.exit_code == 0);
      CHECK(count(result.out, "child 0\n") == 15);
      CHECK(count(result.err, "error: ") == count(result.err, "error: busy: "));
      ship(setting.store, url);
      require_verified(setting.store, url);
      CHECK(rows_at(url) == 15 * 21 * kRowsOfOne);
    }
  }
}

TEST_CASE("a fork does not wait for the central database") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const std::string url = migrated_database();
    Proxy proxy(url);
    proxy.fault_after(Direction::up, 2000, Proxy::Fault::stall);
    const Setting setting{
        host, directory / "telemetry.db", proxy.url(), "background", {{"flushInterval", 1}}};
    const auto began = steady_clock::now();
    const Result result = setting.run({"record=10", "flush=300", "fork=300", "fork=300", "close"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(count(result.out, "child 0\n") == 2);
    CHECK(steady_clock::now() - began < std::chrono::seconds(20));
  }
}

TEST_CASE("a wrong schema is reported once, and does no harm") {
  for (const auto& host : kHosts) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const Setting setting{host,
                          directory / "telemetry.db",
                          migrated_database(),
                          "onEnd",
                          {{"schema", "none"}, {"retryDelay", 1}}};
    const Result result =
        setting.run({"record=1", "flush=500", "record=1", "flush=500", "health", "close"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(count(result.err, "\n") == 1);
    CHECK_THAT(result.err, Contains("none"));
    CHECK(answers(result.out, "health").size() == 1);
    CHECK_THAT(result.out, Contains("health 16 0\n"));
  }
}

TEST_CASE("the examples ship") {
  const std::string url = migrated_database();
  for (const auto& [example, replicate, invocations] :
       {std::tuple{EDO_CPP_EXAMPLE, "onEnd", 1}, std::tuple{EDO_C_EXAMPLE, "background", 3}}) {
    CAPTURE(example);
    const TemporaryDirectory directory;
    const Setting setting{example, directory / "telemetry.db", url, replicate};
    const Result result = setting.run({});
    require_clean(result);
    CHECK(count(result.out, "\n") == static_cast<std::size_t>(invocations));
    require_verified(setting.store, url);
  }
}

TEST_CASE("without the library a host with replicate is refused, with a remedy") {
  for (const std::string host : {EDO_PLAIN_CPP_HOST, EDO_PLAIN_C_HOST}) {
    for (const std::string replicate : {"onEnd", "background"}) {
      CAPTURE(host, replicate);
      const TemporaryDirectory directory;
      const Setting setting{host, directory / "telemetry.db", kNobody, replicate};
      const Result result = setting.run({"record=1"});
      CHECK(result.exit_code == 1);
      const std::string line = only_line(result);
      CHECK_THAT(line, Contains("refused: invalid_argument: open " + setting.store +
                                ": replicate is " + replicate));
      CHECK_THAT(line, Contains("link libedo-shipper"));
      CHECK_THAT(line, Contains("edo-replicator"));
      CHECK(access(setting.store.c_str(), F_OK) != 0);
    }
    const TemporaryDirectory directory;
    const Setting off{host, directory / "telemetry.db", kNobody, "off", {{"retryDelay", nullptr}}};
    require_clean(off.run({"record=1", "close"}));
    const Setting disabled{host, directory / "none.db", kNobody, "onEnd", {{"enabled", false}}};
    require_clean(disabled.run({"record=1", "close"}));
    CHECK(access(disabled.store.c_str(), F_OK) != 0);
  }
}

TEST_CASE("a host that is to ship and names no central database is refused") {
  for (const auto& host : kHosts) {
    const TemporaryDirectory directory;
    Setting setting{host, directory / "telemetry.db", ""};
    CHECK_THAT(only_line(setting.run({})),
               Contains("refused: invalid_argument: replicate: no central database is set"));
    setting.central = "x:secret";
    const std::string line = only_line(setting.run({}));
    CHECK_THAT(line,
               Contains("refused: invalid_argument: read the address of the central database: "));
    CHECK_THAT(line, !Contains("secret"));
    CHECK(access(setting.store.c_str(), F_OK) != 0);
  }
}

TEST_CASE("with replicate off nothing is shipped, and options without effect are reported") {
  for (const std::string host : {EDO_CPP_HOST, EDO_C_HOST, EDO_PLAIN_CPP_HOST, EDO_PLAIN_C_HOST}) {
    CAPTURE(host);
    const TemporaryDirectory directory;
    const Setting setting{
        host, directory / "telemetry.db", migrated_database(), "off", {{"batchSize", 7}}};
    const Result result = setting.run({"record=1", "flush=5000", "close"});
    CHECK(result.exit_code == 0);
    CHECK_THAT(
        only_line(result),
        Contains("replicate is off, so these options have no effect: batchSize, retryDelay;"));
    CHECK(rows_at(setting.central) == 0);
    CHECK(pending(setting.store) > 0);
  }
}
