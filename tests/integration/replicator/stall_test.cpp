// Nothing blocks without end: neither a network that swallows everything, nor a process that is
// stopped and continued, on this side or the other.
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/proxy.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

// A statement has five seconds to finish after a stop request; the rest is for a busy machine.
constexpr seconds kStopBound{15};

// With limits that a test can wait for.
std::string impatient(const std::string& url) {
  return url + "?connect_timeout=2&options=-c%20statement_timeout%3D1s";
}

// Stops the process at a moment when it does not hold the store's write lock, which it does for
// less than a millisecond at a time.
void stop_without_lock(Process& process, SampleStore& store) {
  store.execute("PRAGMA busy_timeout = 100");
  for (;;) {
    REQUIRE(process.stop());
    try {
      store.execute("BEGIN IMMEDIATE; ROLLBACK");
      break;
    } catch (const edo::Error& error) {
      REQUIRE(error.kind() == edo::ErrorKind::busy);
      process.kill(SIGCONT);
    }
  }
  store.execute("PRAGMA busy_timeout = 30000");
}

// A store, and a proxy to its central database that no other shares.
struct Edge {
  TemporaryDirectory directory;
  SampleStore store{directory / "telemetry.db"};
  Proxy proxy;

  explicit Edge(const std::string& url) : proxy(url) { store.add_trees(100); }
  [[nodiscard]] std::vector<std::string> run(const std::string& to,
                                             std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"run", "--store", store.path(), "--to", to, "--batch-changes", "50"});
    return more;
  }
};

void require_conserved(const std::vector<std::unique_ptr<Edge>>& edges, const std::string& url) {
  std::vector<SampleStore*> stores;
  for (const auto& edge : edges) {
    ship(edge->store.path(), url);
    stores.push_back(&edge->store);
  }
  require_conserved(stores, url);
}

}  // namespace

TEST_CASE("a daemon ends in time on a stop request while its connection is stalled") {
  const std::string url = migrated_database();
  std::vector<std::unique_ptr<Edge>> edges;
  std::vector<Process> daemons;
  for (const std::uint64_t bytes : {1U, 400U, 3000U, 9000U}) {
    for (const std::string via : {"direct", "inbox", "apply"}) {
      auto& edge = *edges.emplace_back(std::make_unique<Edge>(url));
      auto arguments = edge.run(edge.proxy.url(), {"--interval", "10ms", "--via", via});
      if (via == "apply") {
        require_done(edge.run(url, {"--once", "--via", "inbox"}));
        arguments = {"apply", "--to", edge.proxy.url(), "--interval", "10ms"};
      }
      edge.proxy.fault_after(Direction::up, bytes, Proxy::Fault::stall);
      daemons.emplace_back(replicator(arguments));
    }
  }
  for (const auto& edge : edges) REQUIRE(eventually([&] { return edge->proxy.has_struck(); }));
  const auto told = steady_clock::now();
  for (auto& daemon : daemons) daemon.kill(SIGTERM);
  for (auto& daemon : daemons) {
    const Result ended = daemon.wait();
    CAPTURE(ended.err);
    CHECK_FALSE(ended.timed_out);
    CHECK(ended.exit_code == 0);
  }
  CHECK(steady_clock::now() - told < kStopBound);
  for (const auto& edge : edges) edge->proxy.heal();
  require_done({"apply", "--once", "--to", url});
  require_conserved(edges, url);
}

TEST_CASE("a connection that is stalled and not closed is given up") {
  const std::string url = migrated_database();
  std::vector<std::unique_ptr<Edge>> edges;
  std::vector<Process> shippers;
  // While connecting, preparing the session, and shipping; the question is lost, or the answer.
  for (const auto& [direction, bytes] :
       std::vector<std::pair<Direction, std::uint64_t>>{{Direction::up, 1},
                                                        {Direction::up, 300},
                                                        {Direction::down, 450},
                                                        {Direction::down, 900},
                                                        {Direction::up, 9000}}) {
    auto& edge = *edges.emplace_back(std::make_unique<Edge>(url));
    edge.proxy.fault_after(direction, bytes, Proxy::Fault::stall);
    shippers.emplace_back(
        replicator(edge.run(impatient(edge.proxy.url()), {"--once", "--retry-attempts", "0"})));
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    CAPTURE(i);
    const Result ended = shippers[i].wait();
    CHECK(edges[i]->proxy.has_struck());
    CHECK_FALSE(ended.timed_out);
    CHECK(ended.exit_code == 1);
    CHECK_THAT(only_line(ended), Contains("no answer in time"));
    edges[i]->proxy.heal();
  }
  require_conserved(edges, url);
}

TEST_CASE("the next host of a list is asked when one of them is silent") {
  const std::string url = migrated_database();
  Edge edge(url);
  edge.proxy.fault_after(Direction::up, 0, Proxy::Fault::stall);
  const auto host_of = [](const std::string& from) {
    const auto begin = from.find('@') + 1;
    return from.substr(begin, from.find('/', begin) - begin);
  };
  std::string list = impatient(url);
  list.insert(list.find(host_of(url)), host_of(edge.proxy.url()) + ",");
  const auto result = run_replicator(edge.run(list, {"--once"}));
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK(rows_at(url) == edge.store.rows());
  // Where none answers, the message names them all.
  const std::string silent = host_of(edge.proxy.url());
  list.replace(list.find(host_of(url)), host_of(url).size(), silent);
  const auto none = run_replicator({"status", "--to", list});
  CHECK(none.exit_code == 1);
  CHECK_THAT(none.err, Contains(silent + "," + silent) && Contains("no answer in time"));
}

TEST_CASE("a daemon continues by itself when a stalled network works again") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  Proxy proxy(url);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(200);
  proxy.fault_after(Direction::up, 9000, Proxy::Fault::stall);
  Process daemon(replicator({"run", "--store", store.path(), "--to", impatient(proxy.url()),
                             "--interval", "10ms", "--retry-delay", "10ms"}));
  REQUIRE(daemon.wait_for_error("no answer in time"));
  store.add_trees(10);
  proxy.heal();
  CHECK(eventually([&] { return store.integer("SELECT count(*) FROM outbox") == 1; }));
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  require_conserved({&store}, url);
}

TEST_CASE("a suspended replicator continues after the server has dropped its connection") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1500);
  Process daemon(
      replicator({"run", "--store", store.path(), "--to", url + "?application_name=paused",
                  "--interval", "10ms", "--retry-delay", "10ms", "--batch-changes", "100"}));
  for (unsigned round = 0; round < fault_rounds(4); ++round) {
    const auto batches = [&] {
      return query_value(url,
                         "SELECT count(*) FROM event_detector_observability.replication_batches");
    };
    const auto before = batches();
    REQUIRE(eventually([&] { return batches() != before; }));
    stop_without_lock(daemon, store);
    store.add_trees(50);
    query(url,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
          " WHERE application_name = 'paused'");
    REQUIRE(eventually([&] {
      return query_value(url,
                         "SELECT count(*) FROM pg_stat_activity"
                         " WHERE application_name = 'paused'") == "0";
    }));
    daemon.kill(SIGCONT);
  }
  REQUIRE(eventually([&] { return store.integer("SELECT count(*) FROM outbox") == 1; }));
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  require_conserved({&store}, url);
}

TEST_CASE("a replicator that is suspended within a transaction does not block others without end") {
  const std::string url = migrated_database();
  Edge edge(url);
  edge.store.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string copy = edge.directory / "copy.db";
  std::filesystem::copy_file(edge.store.path(), copy);
  const auto held_since = [&](const std::string& state) {
    return query_value(url,
                       "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - state_change)"
                       " * 1000), -1)::integer FROM pg_stat_activity"
                       " WHERE application_name = 'held' AND backend_xid IS NOT NULL" +
                           state);
  };
  const auto holds = [&](const std::string& state, int least) {
    return std::stoi(held_since(state)) >= least;
  };

  SECTION("between two statements the server drops it") {
    edge.proxy.throttle(0, milliseconds(40));
    const std::string idle = " AND state = 'idle in transaction'";
    Process held(replicator(edge.run(edge.proxy.url() +
                                         "?application_name=held"
                                         "&options=-c%20idle_in_transaction_session_timeout%3D2s",
                                     {"--interval", "10ms"})));
    // What is on its way when it is stopped may still begin another statement.
    while (!holds(idle, 200)) {
      held.kill(SIGCONT);
      REQUIRE(eventually([&] { return holds(idle, 0); }));
      REQUIRE(held.stop());
      (void)eventually([&] { return holds(idle, 200); }, milliseconds(400));
    }
    edge.proxy.heal();
    // It has the same rows and the same store to write.
    require_done({"run", "--store", copy, "--to", url, "--once"});
    held.kill(SIGCONT);
    CHECK(eventually([&] { return edge.store.integer("SELECT count(*) FROM outbox") == 1; }));
    held.kill(SIGTERM);
    CHECK(held.wait().exit_code == 0);
  }

  SECTION("within COPY the others do not wait for it without end") {
    edge.proxy.throttle(20'000, milliseconds(0));
    Process held(replicator({"run", "--store", edge.store.path(), "--to",
                             edge.proxy.url() + "?application_name=held", "--interval", "10ms"}));
    REQUIRE(eventually(
        [&] { return holds(" AND wait_event = 'ClientRead' AND state = 'active'", 0); }));
    REQUIRE(held.stop());
    const Result other =
        run_replicator({"run", "--store", copy, "--to", url + "?options=-c%20lock_timeout%3D200ms",
                        "--once", "--retry-attempts", "0"});
    CHECK(other.exit_code == 75);
    CHECK_THAT(only_line(other), Contains("lock timeout; run again"));
    edge.proxy.heal();
    held.kill(SIGCONT);
    CHECK(eventually([&] { return edge.store.integer("SELECT count(*) FROM outbox") == 1; }));
    held.kill(SIGTERM);
    CHECK(held.wait().exit_code == 0);
    const std::string state = fingerprint(url);
    require_done({"run", "--store", copy, "--to", url, "--once"});
    CHECK(fingerprint(url) == state);
  }
  require_conserved({&edge.store}, url);
}
