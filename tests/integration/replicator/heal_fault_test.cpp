// Random disasters in the central database, in random order, while stores are written, shipped and
// pruned: in the end nothing is missing that any store still holds.
#include <catch2/catch.hpp>
#include <list>
#include <random>
#include <thread>

#include "fault_fixture.hpp"
#include "fixture.hpp"

using namespace edo::testing;

namespace {

const std::string kCentral = "event_detector_observability.";

// A database that is backed up, restored and replaced as a whole, in the time that it takes to copy
// its files.
class Central {
 public:
  Central() { replace(); }

  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  void back_up() {
    const std::string backup = "heal_backup_" + std::to_string(backups_++);
    copy(kName, backup);
  }
  void restore(std::size_t backup) { copy("heal_backup_" + std::to_string(backup), kName); }
  void replace() {
    query(server(), std::string("DROP DATABASE IF EXISTS ") + kName + " WITH (FORCE)");
    query(server(), std::string("CREATE DATABASE ") + kName);
    require_done({"migrate", "--to", url_});
  }
  [[nodiscard]] std::size_t backups() const noexcept { return backups_; }

 private:
  static constexpr const char* kName = "heal_central";
  static const std::string& server() { return PrivatePostgres::shared().url(); }

  static void copy(const std::string& from, const std::string& to) {
    query(server(), "DROP DATABASE IF EXISTS " + to + " WITH (FORCE)");
    query(server(), "CREATE DATABASE " + to + " TEMPLATE " + from);
  }

  std::string url_ = server().substr(0, server().rfind('/') + 1) + kName;
  std::size_t backups_ = 0;
};

struct Edge {
  SampleStore store;
  std::string via;
  std::vector<std::string> running = {};
};

}  // namespace

TEST_CASE("after any fault the central database has everything that the stores hold") {
  const unsigned rounds = fault_rounds(3);
  for (unsigned round = 0; round < rounds; ++round) {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    const TemporaryDirectory directory;
    Central central;
    std::list<Edge> edges;
    for (int i = 0; i < 3; ++i) {
      edges.push_back(
          {SampleStore(directory / (std::to_string(i) + ".db")), i < 2 ? "direct" : "inbox"});
    }
    const auto any_edge = [&]() -> Edge& { return *std::next(edges.begin(), below(3)); };
    const auto shipping = [&](const Edge& edge) {
      return std::vector<std::string>{"run",         "--once", "--store", edge.store.path(), "--to",
                                      central.url(), "--via",  edge.via,  "--batch-changes", "40"};
    };
    const auto apply = [&] { require_done({"apply", "--once", "--to", central.url()}); };
    for (int step = 0; step < 40; ++step) {
      Edge& edge = any_edge();
      switch (below(12)) {
        case 0:
        case 1:
          edge.store.add_trees(static_cast<int>(1 + below(30)));
          break;
        case 2:
          edge.running.push_back(edge.store.start_tree());
          break;
        case 3:
          if (edge.running.empty()) break;
          edge.store.finish_tree(edge.running.back());
          edge.running.pop_back();
          break;
        case 4:
        case 5:
        case 6:
          require_done(shipping(edge));
          break;
        case 7: {  // killed somewhere, in healing as well
          Process shipper(replicator(shipping(edge)));
          // The moment is what is random here; nothing waits for the time to pass.
          std::this_thread::sleep_for(std::chrono::milliseconds(below(80)));
          shipper.kill(SIGKILL);
          (void)shipper.wait();
          break;
        }
        case 8:
          apply();
          break;
        case 9:
          central.back_up();
          break;
        case 10:
          if (below(4) == 0) {
            central.replace();
          } else if (central.backups() > 0) {
            central.restore(below(static_cast<unsigned>(central.backups())));
          }
          break;
        default: {
          // Whatever prune takes is no longer held by the store, and may be gone from the central
          // database; so it is rare, or there would be nothing left to heal with.
          if (below(4) > 0) break;
          const Result pruned = run(
              Command{{EDO_PROGRAM, "prune", "--store", edge.store.path(), "--older-than", "1ms"}});
          INFO(pruned.err);
          CHECK((pruned.exit_code == 0 || pruned.exit_code == 1));
        }
      }
    }
    // One disaster at least, with something to lose.
    central.back_up();
    for (auto& edge : edges) {
      edge.store.add_trees(10);
      require_done(shipping(edge));
    }
    central.restore(below(static_cast<unsigned>(central.backups())));
    for (auto& edge : edges) require_done(shipping(edge));
    apply();
    for (auto& edge : edges) {
      CHECK(edge.store.integer("SELECT count(*) FROM healing") == 0);
      require_verified(edge.store.path(), central.url());
      CHECK(run_replicator({"status", "--store", edge.store.path(), "--to", central.url()})
                .exit_code == 0);
    }
    CHECK(run_replicator({"status", "--to", central.url()}).exit_code == 0);
  }
}
