// Death at any moment, on either side, changes nothing in the central database but what is missing.
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <thread>

#include "fixture.hpp"
#include "support/proxy.hpp"
#include "support/wait.hpp"

using namespace edo::testing;

namespace {

unsigned fresh_seed() { return std::random_device{}(); }

// Small batches, so that a moment chosen at random falls between any two steps.
std::vector<std::string> shipping(const std::string& store, const std::string& url) {
  return {"run", "--store", store, "--to", url, "--once", "--batch-changes", "50"};
}

void wait_for_a_batch(const std::string& url) {
  REQUIRE(eventually([&] {
    return query_value(
               url, "SELECT count(*) FROM event_detector_observability.replication_batches") != "0";
  }));
}

}  // namespace

TEST_CASE("a replicator killed at random moments loses nothing and doubles nothing") {
  const unsigned seed = fresh_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1500);
  int killed = 0;
  for (int round = 0; round < 25; ++round) {
    Process shipper(replicator(shipping(store.path(), url)));
    // The moment is what is random here; nothing waits for the time to pass.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
    if (shipper.running()) ++killed;
    shipper.kill(SIGKILL);
    (void)shipper.wait();
    if (round % 5 == 0) store.add_trees(20);
  }
  CHECK(killed > 0);
  CHECK(store.text("SELECT integrity_check FROM pragma_integrity_check") == "ok");
  ship(store.path(), url);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
}

TEST_CASE("a store whose hosts were killed over and over ships whole") {
  const unsigned seed = fresh_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  for (int round = 0; round < 10; ++round) {
    Process host(Command{
        .argv = {EDO_CRASH_HOST, store.path(), "2", std::to_string(random() % 1'000'000 + 1)}});
    REQUIRE(host.wait_for_output("\n"));
    if (round % 3 == 0) ship(store.path(), url);
    host.kill(SIGKILL);
    (void)host.wait();
  }
  CHECK(store.text("SELECT integrity_check FROM pragma_integrity_check") == "ok");
  ship(store.path(), url);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
}

TEST_CASE("a replicator stops at once and cleanly on a stop request") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1000);
  Process shipper(replicator(shipping(store.path(), url)));
  wait_for_a_batch(url);
  shipper.kill(SIGTERM);
  const auto ended = shipper.wait(std::chrono::seconds(20));
  CHECK_FALSE(ended.timed_out);
  CHECK(ended.signal == 0);
  if (ended.exit_code != 0) {
    CHECK(only_line(ended).find("run again") != std::string::npos);
  }
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("no row is lost when PostgreSQL crashes while rows arrive") {
  const unsigned seed = fresh_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryDirectory directory;
  PrivatePostgres server;
  const std::string url = server.fresh_database();
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1500);

  Process daemon(replicator({"run", "--store", store.path(), "--to", url, "--interval", "10ms",
                             "--batch-changes", "50"}));
  for (int round = 0; round < 4; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 150));
    server.crash();
    server.restart();
    store.add_trees(50);
  }
  REQUIRE(eventually([&] { return store.integer("SELECT count(*) FROM outbox") == 1; }));
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
}

TEST_CASE("--once reports a lost connection and can be run again") {
  const TemporaryDirectory directory;
  PrivatePostgres server;
  const std::string url = server.fresh_database();
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3000);
  Process shipper(replicator(shipping(store.path(), url)));
  wait_for_a_batch(url);
  server.crash();
  const auto ended = shipper.wait();
  CHECK(ended.exit_code == 1);
  CHECK(only_line(ended).find(url) != std::string::npos);
  server.restart();
  ship(store.path(), url);
  require_verified(store.path(), url);
}

// Or one that is killed again and again would never come to an end.
TEST_CASE("acknowledged changes are trimmed during a slow run") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  Proxy link(url);
  link.throttle(100'000, std::chrono::milliseconds(1));
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2000);
  Process shipper(replicator(shipping(store.path(), link.url())));
  REQUIRE(eventually([&] { return store.integer("SELECT min(seq) FROM outbox") > 0; }));
  CHECK(shipper.running());
  shipper.kill(SIGKILL);
  (void)shipper.wait();
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("two replicators on one store do not harm each other") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(800);
  std::vector<Process> both;
  for (int i = 0; i < 2; ++i) both.emplace_back(replicator(shipping(store.path(), url)));
  for (auto& process : both) {
    const auto result = process.wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
  }
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
}

TEST_CASE("a copied store that is recorded into in both places loses no rows") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore original(directory / "original.db");
  const auto shared = original.start_tree();
  ship(original.path(), url);
  original.start_tree();
  original.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::copy_file(directory / "original.db", directory / "copy.db");
  SampleStore copy(directory / "copy.db");
  original.add_trees(10);
  copy.add_trees(7);
  original.finish_tree(shared);
  ship(copy.path(), url);
  ship(original.path(), url);
  // 1 + 1 + 10 + 7 trees.
  CHECK(rows_at(url) == 19 * 5);
  require_verified(original.path(), url);
}

TEST_CASE("the WAL stays bounded while a host writes and the daemon ships") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.execute("PRAGMA wal_autocheckpoint = 0");
  Process daemon(replicator({"run", "--store", store.path(), "--to", url, "--interval", "1ms"}));
  std::uintmax_t largest = 0;
  for (int i = 0; i < 150; ++i) {
    store.add_trees(20);
    largest = std::max(largest, std::filesystem::file_size(store.path() + "-wal"));
    // A host that only writes would outrun a checkpoint that never waits.
    REQUIRE(eventually([&] { return store.integer("SELECT count(*) FROM outbox") <= 1000; }));
  }
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  CHECK(largest < (std::uintmax_t{64} << 20));
}
