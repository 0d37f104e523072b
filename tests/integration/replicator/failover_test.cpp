// A session that is open and of no use: the daemon leaves it for a server that takes writes.
#include <catch2/catch.hpp>
#include <list>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/proxy.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kDatabase = "central";

std::string host_of(const std::string& url) {
  const auto begin = url.find('@') + 1;
  return url.substr(begin, url.find('/', begin) - begin);
}

std::string in_database(const std::string& url) {
  return url.substr(0, url.rfind('/') + 1) + kDatabase;
}

std::string listed(const std::string& first, const std::string& second) {
  return "postgresql://edo@" + host_of(first) + "," + host_of(second) + "/" + kDatabase;
}

// A primary with a migrated database, and a standby that follows it.
struct Pair {
  PrivatePostgres primary;
  std::string old_url = made(primary.url());
  PrivatePostgres standby{primary.url()};
  std::string new_url = in_database(standby.url());

  // The primary is demoted without closing a session, and the standby promoted.
  void fail_over() {
    query(primary.url(), "ALTER SYSTEM SET default_transaction_read_only = on");
    query(primary.url(), "SELECT pg_reload_conf()");
    REQUIRE(eventually(
        [&] { return query_value(primary.url(), "SHOW default_transaction_read_only") == "on"; }));
    const std::string end = query_value(primary.url(), "SELECT pg_current_wal_insert_lsn()");
    REQUIRE(eventually([&] {
      return query_value(standby.url(),
                         "SELECT pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn") == "t";
    }));
    REQUIRE(query_value(standby.url(), "SELECT pg_promote()") == "t");
  }

 private:
  static std::string made(const std::string& url) {
    query(url, std::string("CREATE DATABASE ") + kDatabase);
    const Result migrated = run_replicator({"migrate", "--to", in_database(url)});
    INFO(migrated.err);
    REQUIRE(migrated.exit_code == 0);
    return in_database(url);
  }
};

}  // namespace

TEST_CASE("after a failover the daemons go to the server that takes writes") {
  Pair pair;
  // In the second order the standby is asked first, as long as it is one.
  const std::string lists[] = {listed(pair.old_url, pair.new_url),
                               listed(pair.new_url, pair.old_url)};
  const TemporaryDirectory directory;
  std::list<SampleStore> stores;
  std::vector<Process> daemons;
  for (const auto& to : lists) {
    for (const std::string via : {"direct", "inbox"}) {
      auto& store = stores.emplace_back(directory / (std::to_string(stores.size()) + ".db"));
      daemons.emplace_back(replicator({"run", "--store", store.path(), "--to", to, "--via", via,
                                       "--interval", "10ms", "--retry-delay", "10ms"}));
    }
    daemons.emplace_back(replicator({"apply", "--to", to, "--interval", "10ms"}));
  }
  const auto rows = [&] {
    std::int64_t sum = 0;
    for (auto& store : stores) sum += store.rows();
    return sum;
  };
  for (auto& store : stores) store.add_trees(20);
  REQUIRE(eventually([&] { return rows_at(pair.old_url) == rows(); }));

  pair.fail_over();
  for (auto& store : stores) store.add_trees(20);
  CHECK(eventually([&] { return rows_at(pair.new_url) == rows(); }));
  CHECK(rows_at(pair.old_url) == rows() / 2);
  for (auto& daemon : daemons) {
    daemon.kill(SIGTERM);
    CHECK(daemon.wait().exit_code == 0);
  }
  for (auto& store : stores) {
    CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
    require_verified(store.path(), pair.new_url);
  }
}

TEST_CASE("a read-only server is refused for writing, and is good enough for reading") {
  Pair pair;
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  ship(store.path(), pair.old_url);
  store.add_trees(1);
  const std::string& standby = pair.new_url;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"run", "--once", "--store", store.path(), "--retry-attempts", "0"},
           {"run", "--once", "--store", store.path(), "--retry-attempts", "0", "--via", "inbox"},
           {"apply", "--once"},
           {"requeue"},
           {"migrate"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--to", standby});
    const Result result = run_replicator(arguments);
    CAPTURE(arguments, result.err);
    CHECK(result.exit_code == 1);
    CHECK_THAT(only_line(result),
               Contains("the server is read-only; give the address of the primary server"));
  }
  ship(store.path(), pair.old_url);
  REQUIRE(eventually([&] { return rows_at(standby) == store.rows(); }));
  require_verified(store.path(), standby);
  CHECK(run_replicator({"status", "--store", store.path(), "--to", standby}).exit_code == 0);
}

TEST_CASE("a silent server is reported after some seconds, and the program waits for it") {
  const std::string url = migrated_database();
  Proxy proxy(url);
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(50);
  proxy.fault_after(Direction::up, 9000, Proxy::Fault::stall);
  Process daemon(
      replicator({"run", "--store", store.path(), "--to", proxy.url(), "--interval", "10ms"}));
  REQUIRE(daemon.wait_for_error("no answer for 10 s, still waiting"));
  CHECK(daemon.running());
  proxy.heal();
  CHECK(eventually([&] { return store.integer("SELECT count(*) FROM outbox") == 1; }));
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  require_conserved({&store}, url);
}
