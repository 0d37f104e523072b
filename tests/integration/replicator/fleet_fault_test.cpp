// Many stores at once, some of which appear meanwhile, over a connection that is cut over and over.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/proxy.hpp"
#include "support/wait.hpp"

using namespace edo::testing;

namespace {

constexpr std::size_t kStores = 50;
const std::string kPending =
    "SELECT count(*) FROM event_detector_observability.replication_inbox WHERE state = 'pending'";

// Fifty stores in one folder, twenty of which appear while the daemon runs and the connection is
// cut again and again.
void ship_fleet(const std::string& via) {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  Proxy proxy(url);
  std::vector<std::unique_ptr<SampleStore>> stores;
  const auto add_store = [&] {
    stores.push_back(std::make_unique<SampleStore>(
        directory / ("edge" + std::to_string(stores.size()) + ".db")));
    stores.back()->add_trees(20);
  };
  while (stores.size() < kStores * 3 / 5) add_store();
  Process daemon(
      replicator({"run", "--store", directory.path(), "--to", proxy.url(), "--interval", "5ms",
                  "--retry-delay", "5ms", "--batch-changes", "40", "--via", via}));
  std::vector<Process> appliers;
  if (via == "inbox") {
    appliers.emplace_back(
        replicator({"apply", "--to", url, "--workers", "4", "--interval", "5ms"}));
  }
  while (stores.size() < kStores) {
    if (stores.size() % 5 == 0) {
      proxy.fault_after(Direction::up, 20'000, Proxy::Fault::cut);
    }
    add_store();
    stores[stores.size() / 2]->add_trees(5);
  }
  const auto drained = [](const auto& store) {
    return store->integer("SELECT count(*) FROM outbox") == 1;
  };
  CHECK(eventually([&] { return std::all_of(stores.begin(), stores.end(), drained); }));
  CHECK(eventually([&] { return query_value(url, kPending) == "0"; }));
  CHECK(proxy.has_struck());
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  for (auto& applier : appliers) {
    applier.kill(SIGTERM);
    CHECK(applier.wait().exit_code == 0);
  }
  std::vector<SampleStore*> all;
  for (const auto& store : stores) all.push_back(store.get());
  require_conserved(all, url);
  CHECK(query_value(url, "SELECT count(*) FROM event_detector_observability.replication_stores") ==
        std::to_string(kStores));
}

}  // namespace

TEST_CASE("fifty stores are shipped directly, new ones and cut connections included") {
  ship_fleet("direct");
}

TEST_CASE("fifty stores are shipped by the inbox, new ones and cut connections included") {
  ship_fleet("inbox");
}
