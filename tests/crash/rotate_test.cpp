// edo rotate, restore and backup while hosts record, and killed at every step.
//
// EDO_MOVE_ROUNDS says how often (20), EDO_CRASH_SEED repeats a run.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "edo/recorder.hpp"
#include "storage/store.hpp"
#include "support/conservation.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

namespace fs = std::filesystem;

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;

Command edo(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), EDO_PROGRAM);
  return {.argv = std::move(arguments), .environment = {{"EDO_STORE", std::nullopt}}};
}

// Until it has got that far, or further than it ever gets.
bool killed_at(int step, std::vector<std::string> arguments) {
  Command command = edo(std::move(arguments));
  command.environment["LD_PRELOAD"] = EDO_KILL_AT_LIBRARY;
  command.environment["EDO_KILL_AT"] = std::to_string(step);
  const Result result = run(command);
  CAPTURE(step, result.out, result.err);
  REQUIRE((result.signal == SIGKILL || result.exit_code == 0));
  return result.signal == SIGKILL;
}

// A host that has recorded so many invocations of a function, and was killed: most of them are in
// the log alone.
void record_and_die(const std::string& store, const std::string& function, int invocations = 20) {
  const pid_t child = fork();
  if (child == 0) {
    Recorder recorder({.store = store});
    for (int i = 0; i < invocations; ++i) {
      auto invocation = recorder.start_invocation({.source_function = function});
      if (invocation.complete() != Outcome::stored) _exit(1);
    }
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

using Functions = std::map<std::string, long>;

// How many invocations of each function are in a store, which must be sound.
Functions functions_in(const std::string& store) {
  CAPTURE(store);
  REQUIRE(integrity(store) == "ok");
  Functions found;
  for (const auto& row : rows(store,
                              "SELECT source_function, count(*) AS n FROM invocations"
                              " GROUP BY source_function")) {
    found[row.at("source_function")] = std::stol(row.at("n"));
  }
  return found;
}

std::vector<std::string> stores_in(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() == ".db" || name.find("-rescued-") != std::string::npos) {
      found.push_back(entry.path());
    }
  }
  return found;
}

const Functions kOld = {{"old", 20}};
const Functions kNew = {{"new", 20}};

// Whoever opens a store next finds it as if nothing else had ever been at its path.
void require_fresh_start(const std::string& store) {
  record_and_die(store, "fresh", 3);
  REQUIRE(functions_in(store).at("fresh") == 3);
}

// A folder on another file system.
class OtherDisk {
 public:
  explicit OtherDisk(const std::string& than) {
    struct stat here {};
    struct stat there {};
    REQUIRE(stat(than.c_str(), &here) == 0);
    for (const char* place : {"/dev/shm", "/tmp", "/var/tmp"}) {
      if (stat(place, &there) != 0 || there.st_dev == here.st_dev) continue;
      std::string name = std::string(place) + "/edo-test-XXXXXX";
      if (mkdtemp(name.data()) == nullptr) continue;
      path_ = name;
      return;
    }
    skip_test("there is one file system only");
  }
  OtherDisk(const OtherDisk&) = delete;
  OtherDisk& operator=(const OtherDisk&) = delete;
  ~OtherDisk() { fs::remove_all(path_); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("rotate, restore and backup lose nothing that hosts record meanwhile") {
  const unsigned rounds = number_from("EDO_MOVE_ROUNDS", 20);
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device{}());
  std::cout << "EDO_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  std::size_t acknowledged = 0;
  unsigned acts_done = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    const TemporaryDirectory directory;
    const std::string here = directory / "here";
    const std::string away = directory / "away";
    fs::create_directory(here);
    fs::create_directory(away);
    const std::string store = here + "/telemetry.db";
    std::vector<Process> hosts;
    for (unsigned i = 0; i <= below(3); ++i) {
      hosts.emplace_back(Command{.argv = {EDO_CRASH_HOST, store, std::to_string(1 + below(3)),
                                          std::to_string(1 + below(1'000'000))}});
      REQUIRE(hosts.back().wait_for_output("\n"));
    }
    std::string acts;
    bool has_backup = false;
    for (unsigned act = 0; act <= below(4); ++act) {
      for (auto& host : hosts) {
        const auto told = host.out().size();
        const bool records = eventually([&] { return host.out().size() > told; });
        CAPTURE(acts, host.err());
        REQUIRE(records);
      }
      // The moment is what is random here; nothing waits for the time to pass.
      std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
      std::vector<std::string> arguments;
      const std::string backup = away + "/backup.zst";
      switch (below(4)) {
        case 0:
          arguments = {"rotate", "--json", store};
          break;
        case 1:
          arguments = {"rotate", "--json", store, away};
          break;
        case 2:
          if (has_backup) {
            arguments = {"restore", "--json", backup, store};
            break;
          }
          [[fallthrough]];
        default:
          fs::remove(backup);
          arguments = {"backup", "--json", store, backup};
          has_backup = true;
      }
      acts += arguments.front() + " ";
      const Result result = run(edo(arguments));
      CAPTURE(acts, result.out, result.err);
      REQUIRE(result.exit_code == 0);
      const auto said = nlohmann::json::parse(result.out);
      if (arguments.front() == "rotate") {
        CHECK(said["one_file"] == true);
        CHECK_FALSE(fs::exists(said["moved_to"].get<std::string>() + "-wal"));
      }
      if (arguments.front() == "restore") {
        CHECK_FALSE(fs::exists(said["old_store"].get<std::string>() + "-wal"));
      }
      REQUIRE(eventually([&] { return fs::exists(store); }));
      ++acts_done;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
    Ledger ledger;
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
    for (const auto& folder : {here, away}) {
      for (const auto& each : stores_in(folder)) {
        CAPTURE(each);
        REQUIRE(integrity(each) == "ok");
        storage::Database database = open_to_look(each);
        // A host that was killed while it made a new one.
        if (database.integer("SELECT count(*) FROM sqlite_schema") == 0) continue;
        add(found, rows_of_store(database));
      }
    }
    auto violations = ledger.violations(found);
    // What is finished in a backup does not know what has failed in the store that it replaced.
    if (acts.find("restore") != std::string::npos) {
      std::erase_if(violations, [](const std::string& text) {
        return text.find(" is missing;") == std::string::npos;
      });
    }
    CHECK(violations == std::vector<std::string>{});
    acknowledged += ledger.size();
  }
  std::cout << acknowledged << " acknowledged rows survived " << acts_done << " acts in " << rounds
            << " rounds" << std::endl;
}

TEST_CASE("a rotation that is killed at any step leaves the store whole, there or here") {
  const bool to_other_disk = GENERATE(false, true);
  int steps = 0;
  for (bool killed = true; killed; ++steps) {
    const TemporaryDirectory directory;
    std::optional<OtherDisk> other;
    if (to_other_disk) other.emplace(directory.path());
    const std::string store = directory / "telemetry.db";
    const std::string to = (other ? other->path() : directory.path()) + "/away.db";
    record_and_die(store, "old");
    REQUIRE(fs::file_size(store + "-wal") > 0);
    killed = killed_at(steps + 1, {"rotate", store, to});
    CAPTURE(steps, to_other_disk);
    std::vector<std::string> found = stores_in(directory.path());
    if (other && fs::exists(to)) found.push_back(to);
    REQUIRE_FALSE(found.empty());
    for (const auto& each : found) REQUIRE(functions_in(each) == kOld);
    require_fresh_start(store);
    if (!killed) {
      CHECK(functions_in(to) == kOld);
      CHECK(found.size() == 1);
      continue;
    }
    // The retry moves the store there, or needs another path.
    const Result again = run(edo({"rotate", store, to}));
    CAPTURE(again.err);
    if (fs::exists(to) && again.exit_code != 0) CHECK_THAT(again.err, Contains("exists"));
    bool all_there = false;
    std::vector<std::string> after = stores_in(directory.path());
    if (fs::exists(to)) after.push_back(to);
    for (const auto& each : after) all_there |= functions_in(each)["old"] == 20;
    CHECK(all_there);
  }
  CHECK(steps > 10);
}

TEST_CASE("a restoration that is killed at any step leaves the old store or the new one") {
  enum class Place { store, damaged_store, log_alone };
  const Place place = GENERATE(Place::store, Place::damaged_store, Place::log_alone);
  int steps = 0;
  for (bool killed = true; killed; ++steps) {
    CAPTURE(steps, static_cast<int>(place));
    const TemporaryDirectory directory;
    const std::string store = directory / "telemetry.db";
    const std::string backup = directory / "backup";
    record_and_die(backup, "new");  // with a log of its own
    record_and_die(store, "old");
    if (place == Place::damaged_store) {
      write_file(store, std::string(100'000, 'x'));
      write_file(store + "-wal", "no log");
    }
    if (place == Place::log_alone) fs::remove(store);
    killed = killed_at(steps + 1, {"restore", backup, store});
    CHECK(functions_in(backup) == kNew);
    const auto restored = [&] {
      try {
        return fs::exists(store) && integrity(store) == "ok" && functions_in(store) == kNew;
      } catch (const Error&) {
        return false;
      }
    };
    if (place == Place::store) {
      const Functions found = functions_in(store);
      CHECK((found == kOld || found == kNew));
      if (found == kNew) {
        // And the old one is beside it.
        bool kept = false;
        for (const auto& each : stores_in(directory.path())) kept |= functions_in(each) == kOld;
        CHECK(kept);
      }
    } else if (killed) {
      CHECK((restored() || !fs::exists(store) || fs::file_size(store) == 100'000));
    }
    if (killed) {
      const Result again = run(edo({"restore", backup, store}));
      CAPTURE(again.err);
      REQUIRE(again.exit_code == 0);
    }
    CHECK(restored());
    for (const auto& entry : fs::directory_iterator(directory.path())) {
      const std::string name = entry.path().filename();
      CHECK_THAT(name, !Contains("-restoring-"));
    }
    struct stat found {};
    REQUIRE(stat(store.c_str(), &found) == 0);
    CHECK(found.st_nlink == 1);
    if (place == Place::store) {
      long old_rows = 0;
      for (const auto& each : stores_in(directory.path())) old_rows += functions_in(each)["old"];
      CHECK(old_rows == 20);
    }
  }
  CHECK(steps > 10);
}

TEST_CASE("a restoration that is killed while hosts record leaves one of both as well") {
  const unsigned rounds = number_from("EDO_MOVE_ROUNDS", 20);
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device{}());
  std::cout << "EDO_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  for (unsigned round = 0; round < rounds; ++round) {
    const TemporaryDirectory directory;
    const std::string store = directory / "telemetry.db";
    const std::string backup = directory / "backup";
    record_and_die(backup, "new");
    Process host(
        Command{.argv = {EDO_CRASH_HOST, store, "2", std::to_string(1 + random() % 1000)}});
    REQUIRE(host.wait_for_output("\n"));
    const int step = 1 + static_cast<int>(random() % 120);
    const bool rotates = random() % 2 == 0;
    const bool killed =
        rotates ? killed_at(step, {"rotate", store}) : killed_at(step, {"restore", backup, store});
    CAPTURE(round, step, rotates, killed);
    const auto told = host.out().size();
    REQUIRE(eventually([&] { return host.out().size() > told; }));
    host.kill();
    const Result result = host.wait();
    Ledger ledger;
    ledger.add(result.out);
    FoundRows found;
    std::set<ino_t> seen;
    for (const auto& each : stores_in(directory.path())) {
      struct stat file {};
      REQUIRE(stat(each.c_str(), &file) == 0);
      CAPTURE(each);
      // A second name, which the next run takes away.
      if (each != store && file.st_nlink > 1) continue;
      REQUIRE(integrity(each) == "ok");
      storage::Database database = open_to_look(each);
      if (database.integer("SELECT count(*) FROM sqlite_schema") == 0) continue;
      add(found, rows_of_store(database));
    }
    CAPTURE(result.err);
    CHECK(ledger.violations(found) == std::vector<std::string>{});
  }
}

}  // namespace edo::testing
