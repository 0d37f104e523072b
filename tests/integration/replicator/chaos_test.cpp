// Everything at once: daemons that ship and apply through a pooler, hosts that write and prune, an
// edge that forges and floods, while the central database is backed up, restored, replaced and
// failed over, and processes are killed. EDO_CHAOS_SECONDS says for how long (15).
//
// In the end nothing is missing that any store still holds, no row is there that no store has
// brought, and none that another one brought.
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "batches.hpp"
#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/pgbouncer.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

const std::string kCentral = "event_detector_observability.";
const std::string kDatabase = "central";
// Pauses after failures grow to a minute.
constexpr std::chrono::minutes kHealingPatience{3};

std::chrono::seconds chaos_time() {
  const char* given = std::getenv("EDO_CHAOS_SECONDS");
  return std::chrono::seconds(given == nullptr ? 15 : std::stol(given));
}

void must(const std::vector<std::string>& arguments) {
  const Result done = run(Command{arguments, {}, {}});
  CAPTURE(arguments, done.err);
  REQUIRE(done.exit_code == 0);
}

std::string database_of(const std::string& url, const std::string& name) {
  return url.substr(0, url.rfind('/') + 1) + name;
}

// A server with a standby, and a pooler that leads to whichever of them is the primary.
class Central {
 public:
  // `store_ids`: the stores that its administrator knows.
  Central(const TemporaryDirectory& directory, std::vector<std::string> store_ids)
      : directory_(directory), store_ids_(std::move(store_ids)) {
    query(primary_->url(), "CREATE ROLE mallory LOGIN");
    make_new();
    move_into_place();
    standby_ = std::make_unique<PrivatePostgres>(primary_->url());
    pooler_ = std::make_unique<PrivatePgBouncer>(url(), "transaction", 4);
  }

  // The primary, and the way there that the daemons take.
  [[nodiscard]] std::string url() const { return database_of(primary_->url(), kDatabase); }
  [[nodiscard]] const std::string& pooled() const { return pooler_->url(); }
  [[nodiscard]] std::string for_mallory() const {
    return "postgresql://mallory" + url().substr(url().find('@'));
  }
  [[nodiscard]] std::size_t backups() const noexcept { return backups_; }

  void back_up() { must({"pg_dump", "-Fc", "-f", backup(backups_++), "-d", url()}); }
  // What is restored or new comes into its place when it is complete.
  void restore(std::size_t number) {
    query(primary_->url(), "CREATE DATABASE new");
    must({"pg_restore", "-d", database_of(primary_->url(), "new"), backup(number)});
    bind_stores();
    move_into_place();
  }
  void replace() {
    make_new();
    move_into_place();
  }
  // From now on the standby lags behind.
  void cut_off_standby() {
    query(standby_->url(), "ALTER SYSTEM SET primary_conninfo = ''");
    query(standby_->url(), "SELECT pg_reload_conf()");
  }
  void fail_over() {
    primary_->crash();
    primary_ = std::move(standby_);
    REQUIRE(query_value(primary_->url(), "SELECT pg_promote()") == "t");
    pooler_->lead_to(url());
    standby_ = std::make_unique<PrivatePostgres>(primary_->url());
  }
  void kill_pooler() { pooler_->lead_to(url()); }

 private:
  [[nodiscard]] std::string backup(std::size_t number) const {
    return directory_ / (std::to_string(number) + ".dump");
  }
  void make_new() {
    query(primary_->url(), "CREATE DATABASE new");
    const std::string url = database_of(primary_->url(), "new");
    require_done({"migrate", "--roles", "--to", url});
    query(url, "GRANT edo_edge TO mallory");
    bind_stores();
  }
  void bind_stores() const {
    for (const auto& id : store_ids_) {
      require_done(
          {"bind", "--store", id, "--login", "edo", "--to", database_of(primary_->url(), "new")});
    }
  }
  void move_into_place() {
    // Daemons come back at any moment.
    REQUIRE(eventually([&] {
      try {
        query(primary_->url(), "DROP DATABASE IF EXISTS " + kDatabase + " WITH (FORCE)");
        return true;
      } catch (const std::runtime_error&) {
        return false;
      }
    }));
    query(primary_->url(), "ALTER DATABASE new RENAME TO " + kDatabase);
  }

  const TemporaryDirectory& directory_;
  std::vector<std::string> store_ids_;
  std::unique_ptr<PrivatePostgres> primary_ = std::make_unique<PrivatePostgres>();
  std::unique_ptr<PrivatePostgres> standby_;
  std::unique_ptr<PrivatePgBouncer> pooler_;
  std::size_t backups_ = 0;
};

struct Edge {
  SampleStore store;
  std::string via;
  bool prunes;
  std::vector<std::string> running = {};
};

// An edge with a login of its own, and a store of its own beside those that it claims to be.
class Mallory {
 public:
  Mallory(const std::string& store, std::mt19937& random) : store_(store), random_(random) {
    store_.add_trees(3);
  }

  // What of it the central database refuses, and why, is for other tests.
  void strike(const std::string& url, SampleStore& victim) {
    const auto id = edo::base::parse_uuid(victim.text("SELECT store_id FROM store")).value();
    try {
      switch (random_() % 5) {
        case 0:  // the victim's rows, in a version that is newer than all
          return post(url, forged(victim));
        case 1: {  // rows of its own in the victim's name
          auto batch = everything(store_);
          batch.store_id = id;
          return post(url, batch);
        }
        case 2: {  // the claim that all has come
          auto batch = everything(store_);
          batch.clear();
          batch.store_id = id;
          batch.first_seq = 1;
          batch.last_seq = 1'000'000;
          return post(url, batch);
        }
        case 3:
          return post(url, bomb(store_, kServerCannot));
        default:
          query(url, "INSERT INTO " + kCentral +
                         "replication_inbox (store_id, first_seq, last_seq, payload)"
                         " SELECT gen_random_uuid(), 1, 1, 'x' FROM generate_series(1, 200)");
      }
    } catch (const std::exception&) {
    }
  }

 private:
  SampleStore store_;
  std::mt19937& random_;
};

// Daemons that are started again when they have been killed.
class Daemons {
 public:
  void add(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--interval", "50ms"});
    all_.push_back({std::move(arguments), nullptr});
    start(all_.back());
  }
  void kill(std::size_t which) {
    auto& daemon = *std::next(all_.begin(), static_cast<std::ptrdiff_t>(which % all_.size()));
    daemon.process->kill(SIGKILL);
    (void)daemon.process->wait();
    start(daemon);
  }
  void end() {
    for (auto& daemon : all_) daemon.process->kill(SIGTERM);
    for (auto& daemon : all_) {
      const Result ended = daemon.process->wait();
      CAPTURE(daemon.arguments, ended.err);
      CHECK(ended.exit_code == 0);
    }
  }

 private:
  struct Daemon {
    std::vector<std::string> arguments;
    std::unique_ptr<Process> process;
  };
  static void start(Daemon& daemon) {
    daemon.process = std::make_unique<Process>(replicator(daemon.arguments));
  }

  std::list<Daemon> all_;
};

// Rows that another store brought while the central database did not have them, because their ids
// were known to him, are handed back as the letters say.
void take_back(SampleStore& store, const std::string& url) {
  const std::string id = store.text("SELECT store_id FROM store");
  const Table owners =
      query(url, "SELECT DISTINCT substring(error FROM 'belongs to store (\\S{36})') FROM " +
                     kCentral + "replication_dead_letters WHERE store_id = '" + id + "'");
  for (const auto& owner : owners) {
    CAPTURE(owner);
    require_done({"adopt", "--from", owner.front(), "--by", id, "--to", url});
  }
  // Letters of others are refused again.
  if (!owners.empty()) (void)run_replicator({"requeue", "--to", url});
}

std::int64_t only_central(const SampleStore& store, const std::string& url) {
  const Result verified =
      run_replicator({"verify", "--json", "--store", store.path(), "--to", url});
  CAPTURE(verified.out, verified.err);
  REQUIRE(verified.exit_code == 0);
  std::int64_t rows = 0;
  const auto answer = nlohmann::json::parse(verified.out);
  for (const auto& [name, table] : answer["stores"][0]["tables"].items()) {
    rows += table["only_in_central_database"].get<std::int64_t>();
  }
  return rows;
}

}  // namespace

TEST_CASE("under all faults together no row is lost, doubled, mixed up or forged") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const TemporaryDirectory directory;
  std::list<Edge> edges;
  const auto add_edge = [&](const std::string& via, bool prunes) {
    const std::string file = std::to_string(edges.size()) + ".db";
    edges.push_back({SampleStore(directory / file), via, prunes});
  };
  add_edge("direct", false);
  add_edge("inbox", false);
  add_edge("direct", true);
  add_edge("inbox", true);
  std::vector<std::string> ids;
  for (auto& edge : edges) ids.push_back(edge.store.text("SELECT store_id FROM store"));
  const auto any_edge = [&]() -> Edge& { return *std::next(edges.begin(), below(4)); };
  Central central(directory, ids);
  Mallory mallory(directory / "mallory.db", random);
  Daemons daemons;
  for (const auto& edge : edges) {
    daemons.add({"run", "--store", edge.store.path(), "--to", central.pooled(), "--via", edge.via,
                 "--batch-changes", "100", "--retry-delay", "50ms"});
  }
  for (int i = 0; i < 2; ++i) daemons.add({"apply", "--to", central.pooled(), "--workers", "1"});

  std::map<std::string, int> happened;
  const auto end = steady_clock::now() + chaos_time();
  while (steady_clock::now() < end) {
    Edge& edge = any_edge();
    // The moment is what is random here; nothing waits for the time to pass.
    std::this_thread::sleep_for(milliseconds(below(100)));
    const unsigned event = below(100);
    if (event < 35) {
      ++happened["written"];
      edge.store.add_trees(static_cast<int>(1 + below(20)));
    } else if (event < 50) {
      edge.running.push_back(edge.store.start_tree());
    } else if (event < 60) {
      if (edge.running.empty()) continue;
      edge.store.finish_tree(edge.running.back());
      edge.running.pop_back();
    } else if (event < 75) {
      ++happened["struck"];
      mallory.strike(central.for_mallory(), edge.store);
    } else if (event < 83) {
      ++happened["killed"];
      daemons.kill(below(6));
    } else if (event < 86) {
      ++happened["pooler killed"];
      central.kill_pooler();
    } else if (event < 90) {
      ++happened["backed up"];
      central.back_up();
    } else if (event < 93) {
      if (central.backups() == 0) continue;
      ++happened["restored"];
      central.restore(below(static_cast<unsigned>(central.backups())));
    } else if (event < 94) {
      ++happened["replaced"];
      central.replace();
    } else if (event < 95) {
      central.cut_off_standby();
    } else if (event < 97) {
      ++happened["failed over"];
      central.fail_over();
    } else if (edge.prunes) {
      ++happened["pruned"];
      const Result pruned =
          run(Command{{EDO_PROGRAM, "prune", "--store", edge.store.path(), "--older-than", "1ms"}});
      CAPTURE(pruned.err);
      CHECK((pruned.exit_code == 0 || pruned.exit_code == 1));
    }
  }
  for (const auto& [what, times] : happened) UNSCOPED_INFO(what << ": " << times);

  // Peace: everything heals without anybody's help.
  const std::string url = central.url();
  const auto is_whole = [&](Edge& edge) {
    return edge.store.integer("SELECT count(*) FROM healing") == 0 &&
           edge.store.integer("SELECT count(*) FROM outbox") == 1;
  };
  for (auto& edge : edges) {
    edge.store.add_trees(1);
    CAPTURE(edge.store.path());
    CHECK(eventually([&] { return is_whole(edge); }, kHealingPatience));
  }
  const auto nothing_waits = [&] {
    return query_value(url, "SELECT count(*) FROM " + kCentral +
                                "replication_inbox WHERE state = 'pending'") == "0";
  };
  CHECK(eventually(nothing_waits, kHealingPatience));
  daemons.end();
  for (auto& edge : edges) {
    CAPTURE(edge.store.path(), edge.via);
    take_back(edge.store, url);
    require_verified(edge.store.path(), url);
    if (!edge.prunes) CHECK(only_central(edge.store, url) == 0);
    CHECK(query_value(url, "SELECT count(*) FROM " + kCentral +
                               "replication_dead_letters WHERE store_id = '" +
                               edge.store.text("SELECT store_id FROM store") + "'") == "0");
    CHECK(run_replicator({"status", "--store", edge.store.path(), "--to", url}).exit_code == 0);
  }
}
