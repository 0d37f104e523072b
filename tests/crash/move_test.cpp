// Hosts record while somebody moves, replaces and removes the files under them. What they were told
// is stored is in one of the stores that there are in the end, and every one of these is sound.
//
// EDO_MOVE_ROUNDS says how often (20), EDO_CRASH_SEED repeats a run.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "edo/recorder.hpp"
#include "storage/store.hpp"
#include "support/conservation.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

namespace fs = std::filesystem;

namespace edo::testing {
namespace {

// A folder with a store in it, and another one for what is taken out of it.
class Folder {
 public:
  Folder() { fs::create_directory(here()); }

  [[nodiscard]] std::string store() const { return here() + "/telemetry.db"; }

  void move_store_alone() { fs::rename(store(), place_for("telemetry.db")); }
  void move_all_files() {
    const std::string to = fs::path(place_for("telemetry.db")).parent_path();
    std::vector<fs::path> files(fs::directory_iterator(here()), fs::directory_iterator{});
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      std::error_code gone;
      fs::rename(file, fs::path(to) / file.filename(), gone);
    }
  }
  void move_folder() {
    fs::rename(here(), fs::path(place_for("telemetry.db")).parent_path());
    fs::create_directory(here());
  }
  void replace_by_backup() {
    const std::string backup = here() + "/backup.db";
    {
      storage::Database database = open_to_look(store());
      database.execute("PRAGMA query_only = OFF");
      database.execute("VACUUM INTO '" + backup + "'");
    }
    fs::create_hard_link(store(), place_for("telemetry.db"));
    fs::rename(backup, store());
  }
  void remove(const std::string& suffix) { fs::remove(store() + suffix); }

  // All stores that there are.
  [[nodiscard]] std::vector<std::string> stores() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      const std::string name = entry.path().filename();
      if (name == "telemetry.db" || name.find("-rescued-") != std::string::npos) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

 private:
  [[nodiscard]] std::string here() const { return directory_ / "here"; }
  std::string place_for(const std::string& name) {
    const std::string folder = directory_ / ("place" + std::to_string(places_++));
    fs::create_directory(folder);
    return folder + "/" + name;
  }

  TemporaryDirectory directory_;
  int places_ = 0;
};

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("what was acknowledged outlives whatever is done to the files") {
  const unsigned rounds = number_from("EDO_MOVE_ROUNDS", 20);
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device{}());
  std::cout << "EDO_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  std::size_t acknowledged = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    Folder folder;
    Ledger ledger;
    std::vector<Process> hosts;
    for (unsigned i = 0; i <= below(2); ++i) {
      hosts.emplace_back(
          Command{.argv = {EDO_CRASH_HOST, folder.store(), std::to_string(1 + below(3)),
                           std::to_string(1 + below(1'000'000))}});
      REQUIRE(hosts.back().wait_for_output("\n"));
    }
    std::string acts;
    for (unsigned act = 0; act <= below(3); ++act) {
      // It has the store open, at its path.
      for (auto& host : hosts) {
        const auto told = host.out().size();
        const bool records = eventually([&] { return host.out().size() > told; });
        CAPTURE(acts, host.err());
        REQUIRE(records);
      }
      // The moment is what is random here; nothing waits for the time to pass.
      std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
      const unsigned what = below(7);
      acts += std::to_string(what) + " ";
      switch (what) {
        case 0:
          folder.move_store_alone();
          break;
        case 1:
          folder.move_all_files();
          break;
        case 2:
          folder.move_folder();
          break;
        case 3:
          folder.replace_by_backup();
          break;
        case 4:
          folder.remove("-wal");
          break;
        case 5:
          folder.remove("-shm");
          break;
        default:
          folder.remove("-wal");
          folder.remove("-shm");
      }
      REQUIRE(eventually([&] { return fs::exists(folder.store()); }));
      for (auto& host : hosts) {
        const bool noticed = eventually(
            [&] { return occurrences(host.err(), "while it was open") > act || !host.running(); });
        CAPTURE(acts, host.err());
        REQUIRE(noticed);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
    std::string said;
    for (auto& host : hosts) {
      CHECK(host.running());
      host.kill();
      const Result result = host.wait();
      REQUIRE(result.signal == SIGKILL);
      said += result.err;
      ledger.add(result.out);
    }
    CAPTURE(round, acts, said);
    FoundRows found;
    for (const auto& store : folder.stores()) {
      CAPTURE(store);
      REQUIRE(integrity(store) == "ok");
      storage::Database database = open_to_look(store);
      // A host that was killed while it made a new one.
      if (database.integer("SELECT count(*) FROM sqlite_schema") == 0) continue;
      add(found, rows_of_store(database));
    }
    auto violations = ledger.violations(found);
    // What is finished in a backup does not know what has failed in the store that it replaced.
    if (acts.find('3') != std::string::npos) {
      std::erase_if(violations, [](const std::string& text) {
        return text.find(" is missing;") == std::string::npos;
      });
    }
    CHECK(violations == std::vector<std::string>{});
    acknowledged += ledger.size();
  }
  std::cout << acknowledged << " acknowledged rows survived " << rounds << " rounds" << std::endl;
}

TEST_CASE("a host that copies its own store keeps the locks on it") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  Process host(Command{.argv = {EDO_CRASH_HOST, store, "2", "1"},
                       .environment = {{"EDO_COPY_OWN_STORE", "1"}}});
  REQUIRE(host.wait_for_output("\n"));
  // Others come and go, and each that finds itself alone would remove the log.
  for (int i = 0; i < 200; ++i) {
    storage::OpenOptions writing;
    writing.access = storage::Access::read_write;
    storage::Database database = storage::open_store(store, writing);
    CHECK(database.integer("SELECT count(*) FROM invocations") > 0);
  }
  host.kill();
  const Result result = host.wait();
  CAPTURE(result.err);
  CHECK(result.err.empty());
  Ledger ledger;
  ledger.add(result.out);
  REQUIRE(integrity(store) == "ok");
  storage::Database database = open_to_look(store);
  CHECK(ledger.violations(rows_of_store(database)) == std::vector<std::string>{});
}

}  // namespace edo::testing
