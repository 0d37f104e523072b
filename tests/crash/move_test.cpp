// Hosts record while somebody moves, replaces, restores, empties and removes the files under them
// and fills their disk, and while they fork and exit. What they were told is stored is in one of
// the stores that there are in the end, unless it was in what somebody has destroyed, and every
// store is sound.
//
// EDO_MOVE_ROUNDS says how often (12), EDO_MOVE_SECONDS for how long instead, EDO_MOVE_ACTS which
// acts, by their names with commas between them, and EDO_CRASH_SEED repeats a run. Run by root it
// has a file system of its own to fill.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "edo/recorder.hpp"
#include "storage/log_files.hpp"
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

using std::chrono::milliseconds;

// A folder with a store in it, and another one for what is taken out of it.
class Folder {
 public:
  Folder() : may_fill_(mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=1g") == 0) {
    fs::create_directory(here());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    if (may_fill_) umount2(directory_.path().c_str(), MNT_DETACH);
  }

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
    const bool damaged = is_damaged();
    {
      storage::Database database = open_to_look(store());
      database.execute("PRAGMA query_only = OFF");
      database.execute("VACUUM INTO '" + backup + "'");
    }
    fs::create_hard_link(store(), place_for("telemetry.db"));
    fs::rename(backup, store());
    if (damaged) may_be_damaged(inode());
  }
  void rotate() { edo({"rotate", store()}); }
  void restore() {
    const std::string backup = place_for("backup.zst");
    const bool damaged = is_damaged();
    edo({"backup", store(), backup});
    edo({"restore", backup, store()});
    if (damaged) may_be_damaged(inode());
  }
  void vacuum() { edo({"vacuum", "--store", store()}); }
  void remove_log() { fs::remove(store() + "-wal"); }
  void remove_index() { fs::remove(store() + "-shm"); }
  void remove_log_and_index() {
    remove_log();
    remove_index();
  }
  void remove_store() { fs::remove(store()); }
  void remove_all() {
    for (const auto* suffix : {"", "-wal", "-shm", "-writers"}) fs::remove(store() + suffix);
  }
  void empty_store() { empty(""); }
  void empty_log() { empty("-wal"); }
  void empty_index() { empty("-shm"); }
  void fill_disk() {
    if (!may_fill_) return;
    {
      std::ofstream ballast(directory_ / "ballast", std::ios::binary);
      const std::string block(1 << 16, 'x');
      while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
      }
    }
    std::this_thread::sleep_for(milliseconds(100));  // in which hosts do what they can
    fs::remove(directory_ / "ballast");
  }

  // Of the store at the path; 0 if there is none.
  [[nodiscard]] ino_t inode() const {
    struct stat found {};
    return stat(store().c_str(), &found) == 0 ? found.st_ino : 0;
  }

  // From now on this store need not be sound.
  void may_be_damaged(ino_t inode) { damaged_.insert(inode); }

  [[nodiscard]] bool is_damaged() const { return damaged_.contains(inode()); }

  // What recorders say of logs that they keep.
  void put_logs_beside_their_stores() const {
    for (const auto& entry : fs::directory_iterator(here())) {
      if (entry.path().string().find("-wal-left") == std::string::npos) continue;
      for (const auto& [path, damaged] : stores()) {
        struct stat store {};
        if (stat(path.c_str(), &store) == 0 &&
            store.st_ino == storage::marked_store(entry.path())) {
          fs::rename(entry.path(), path + "-wal");
          break;
        }
      }
    }
  }

  struct Found {
    std::string path;
    bool may_be_damaged = false;
  };
  // All stores that there are.
  [[nodiscard]] std::vector<Found> stores() const {
    std::vector<Found> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      const std::string name = entry.path().filename();
      if (name.ends_with("-wal") || name.ends_with("-shm")) continue;
      const bool is_store = name.ends_with(".db") && name.starts_with("telemetry");
      const bool is_cut = name.find("-cut-") != std::string::npos;
      if (is_store || is_cut || name.find("-rescued-") != std::string::npos) {
        struct stat file {};
        REQUIRE(stat(entry.path().c_str(), &file) == 0);
        found.push_back({entry.path(), is_cut || damaged_.contains(file.st_ino)});
      }
    }
    return found;
  }

 private:
  void empty(const char* suffix) {
    may_be_damaged(inode());
    std::error_code gone;
    fs::resize_file(store() + suffix, 0, gone);
  }
  [[nodiscard]] std::string here() const { return directory_ / "here"; }
  std::string place_for(const std::string& name) {
    const std::string folder = directory_ / ("place" + std::to_string(places_++));
    fs::create_directory(folder);
    return folder + "/" + name;
  }
  static void edo(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), EDO_PROGRAM);
    const Result result =
        run({.argv = std::move(arguments), .environment = {{"EDO_STORE", std::nullopt}}});
    if (result.exit_code != 0) throw std::runtime_error(result.err);
  }

  TemporaryDirectory directory_;
  bool may_fill_;
  int places_ = 0;
  std::set<ino_t> damaged_;
};

struct Act {
  const char* name;
  void (Folder::*work)();
  bool is_noticed = true;      // hosts tell of it
  bool destroys = false;       // what was recorded before may be gone
  bool goes_back = false;      // what was recorded before may be there in an older state
  bool is_reacted_to = false;  // nothing is lost because hosts save what they have recorded
};
constexpr std::array kActs = {
    Act{"move the store alone", &Folder::move_store_alone, true, false, false, true},
    Act{"move all files", &Folder::move_all_files},
    Act{"move the folder", &Folder::move_folder},
    Act{"replace by a backup", &Folder::replace_by_backup, true, false, true, true},
    Act{"rotate", &Folder::rotate},
    Act{"restore", &Folder::restore, true, false, true},
    Act{"vacuum", &Folder::vacuum, false},
    Act{"remove -wal", &Folder::remove_log, true, false, false, true},
    Act{"remove -shm", &Folder::remove_index},
    Act{"remove -wal and -shm", &Folder::remove_log_and_index, true, false, false, true},
    Act{"remove the store", &Folder::remove_store, true, true},
    Act{"remove all files", &Folder::remove_all, true, true},
    Act{"empty the store", &Folder::empty_store, false, true},  // all of it may be in the log
    Act{"empty -wal", &Folder::empty_log, false, true},  // nothing to notice if all of it was saved
    Act{"empty -shm", &Folder::empty_index, false, true},  // who opens it next makes it again
    Act{"fill the disk", &Folder::fill_disk, false},
};

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// Programs that record into one store. One that has ended is followed by another.
class Hosts {
 public:
  Hosts(std::string store, std::mt19937& random) : store_(std::move(store)), random_(random) {
    for (unsigned i = 0; i <= below(3); ++i) begin();
  }

  // Waits until each has the store open, at its path.
  void wait_until_all_record() {
    for (auto& host : hosts_) {
      if (!host.running()) {
        gather(host);
        host = started();
      }
      const auto told = host.out().size();
      const bool records = eventually([&] { return host.out().size() > told || !host.running(); });
      CAPTURE(said(), host.err());
      REQUIRE(records);
    }
  }

  void note_what_they_say() {
    noted_.clear();
    for (const auto& host : hosts_) noted_.push_back(occurrences(host.err(), kNoticed));
  }
  // Since note_what_they_say(). One that forks may have had nothing open itself, so it has some
  // time only. Returns what those have recorded who ended before they did.
  std::string wait_until_all_notice() {
    std::string unnoticed;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      Process& host = hosts_[i];
      const auto notices = [&] { return occurrences(host.err(), kNoticed) > noted_[i]; };
      const bool forks = forks_.contains(host.pid());
      const bool over = eventually([&] { return notices() || !host.running(); },
                                   std::chrono::seconds(forks ? 2 : 30));
      CAPTURE(said(), host.err());
      REQUIRE((over || forks));
      if (!notices() && !host.running()) unnoticed += whole_lines(host.out());
    }
    return unnoticed;
  }

  [[nodiscard]] bool any_runs() const {
    return std::any_of(hosts_.begin(), hosts_.end(),
                       [](const Process& host) { return host.running(); });
  }

  // What they have been told is stored, so far.
  [[nodiscard]] std::string lines() const {
    std::string all = lines_;
    for (const auto& host : hosts_) all += whole_lines(host.out());
    return all;
  }
  [[nodiscard]] std::string said() const {
    std::string all = said_;
    for (const auto& host : hosts_) all += host.err();
    return all;
  }

  // Kills them with their children.
  void kill() {
    for (auto& host : hosts_) {
      if (host.running()) ::kill(-host.pid(), SIGKILL);
      gather(host);
    }
    hosts_.clear();
  }

 private:
  static std::string whole_lines(const std::string& out) {
    return out.substr(0, out.rfind('\n') + 1);
  }

  static constexpr const char* kNoticed = "while it was open";

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  Process started() {
    const std::string seed = std::to_string(1 + below(1'000'000));
    bool forks = false;
    Command command{.argv = {EDO_CRASH_HOST, store_, std::to_string(1 + below(3)), seed}};
    switch (below(4)) {
      case 0:
        command.environment["EDO_FORKS"] = "1";
        forks = true;
        break;
      case 1:
        command.environment["EDO_EXIT_AFTER"] = std::to_string(below(400));
        break;
#ifdef EDO_NODE
      case 2:
        command = {.argv = {EDO_NODE, EDO_NODE_HOST, store_, seed},
                   .environment = {{"EDO_NODE_ADDON", EDO_NODE_ADDON}}};
        break;
#endif
      default:
        break;
    }
    Process process(command);
    if (forks) forks_.insert(process.pid());
    return process;
  }
  void begin() {
    hosts_.push_back(started());
    REQUIRE(eventually([&] { return !hosts_.back().out().empty() || !hosts_.back().running(); }));
  }

  void gather(Process& host) {
    const Result result = host.wait();
    CAPTURE(result.err);
    const bool ended = result.exit_code == 0 || result.signal == SIGKILL;
    // The kernel ends whoever is in the middle of a call when the index of the log is emptied, and
    // nobody can begin on a store that is damaged, until one who has it open sets it aside.
    CHECK((ended || may_die_));
    lines_ += whole_lines(result.out);
    said_ += result.err;
  }

 public:
  void may_die() noexcept { may_die_ = true; }

 private:
  const std::string store_;
  std::mt19937& random_;
  std::vector<Process> hosts_;
  std::set<pid_t> forks_;
  std::vector<std::size_t> noted_;
  std::string lines_;
  std::string said_;
  bool may_die_ = false;
};

// What the next recorder does, if the hosts of another store ended before they could.
void part_from_foreign_log(const std::string& path) {
  if (storage::state_of_log(path, storage::OpenFile(path)) == storage::LogState::left_by_others) {
    (void)storage::set_log_aside(path, storage::LogFiles::of(path).log);
  }
}

// The rows that these lines are about, as violations begin: "table id ".
std::set<std::string> names_in(const std::string& lines) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < lines.size();) {
    const auto table = lines.find('\t', at);
    const auto id = lines.find('\t', table + 1);
    names.insert(lines.substr(at, table - at) + " " + lines.substr(table + 1, id - table - 1));
    at = lines.find('\n', id) + 1;
  }
  return names;
}

std::string name_in(const std::string& violation) {
  return violation.substr(0, violation.find(' ', violation.find(' ') + 1));
}

}  // namespace

TEST_CASE("what was acknowledged outlives whatever is done to the files") {
  using Clock = std::chrono::steady_clock;
  const unsigned rounds = number_from("EDO_MOVE_ROUNDS", 12);
  const std::chrono::seconds time(number_from("EDO_MOVE_SECONDS", 0));
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device{}());
  std::cout << "EDO_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const auto began = Clock::now();
  const auto goes_on = [&](unsigned round) {
    return time.count() > 0 ? Clock::now() - began < time : round < rounds;
  };
  std::vector<const Act*> possible;
  const char* wanted = std::getenv("EDO_MOVE_ACTS");
  for (const Act& act : kActs) {
    if (wanted == nullptr ||
        ("," + std::string(wanted) + ",").find("," + std::string(act.name) + ",") !=
            std::string::npos) {
      possible.push_back(&act);
    }
  }
  REQUIRE_FALSE(possible.empty());
  std::size_t acknowledged = 0;
  std::size_t destroyed = 0;
  unsigned acts_done = 0;
  unsigned round = 0;
  for (; goes_on(round); ++round) {
    Folder folder;
    Hosts hosts(folder.store(), random);
    std::string acts;
    std::set<std::string> excused;
    bool goes_back = false;
    for (unsigned i = 0; i <= below(4); ++i) {
      hosts.wait_until_all_record();
      // The moment is what is random here; nothing waits for the time to pass.
      std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
      const Act& act = *possible[below(static_cast<unsigned>(possible.size()))];
      acts += std::string(act.name) + ", ";
      CAPTURE(round, acts);
      if (act.destroys || act.work == &Folder::empty_index) hosts.may_die();
      hosts.note_what_they_say();
      const ino_t left = folder.inode();
      try {
        (folder.*act.work)();
      } catch (const std::exception& failure) {
        CAPTURE(failure.what(), hosts.said());
        REQUIRE(folder.is_damaged());  // so no copy can be made of it
        break;
      }
      REQUIRE(eventually([&] { return fs::exists(folder.store()) || !hosts.any_runs(); }));
      const std::string unnoticed = act.is_noticed ? hosts.wait_until_all_notice() : "";
      // In that time every process looks, and all that it was told before is here.
      if (act.is_reacted_to || act.destroys) std::this_thread::sleep_for(milliseconds(200));
      if (act.is_reacted_to && !unnoticed.empty()) {
        excused.merge(names_in(unnoticed));
        folder.may_be_damaged(left);  // part of it may be in the log that was parted from it
      }
      if (act.destroys) excused = names_in(hosts.lines());
      goes_back |= act.goes_back;
      ++acts_done;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(below(60'000)));
    hosts.kill();
    CAPTURE(round, acts, hosts.said());
    FoundRows found;
    part_from_foreign_log(folder.store());
    folder.put_logs_beside_their_stores();
    for (const auto& [path, may_be_damaged] : folder.stores()) {
      CAPTURE(path);
      try {
        if (!may_be_damaged) REQUIRE(integrity(path) == "ok");
        storage::Database database = open_to_look(path);
        // A host that was killed while it made a new one.
        if (database.integer("SELECT count(*) FROM sqlite_schema") == 0) continue;
        add(found, rows_of_store(database));
      } catch (const std::exception&) {
        if (!may_be_damaged) throw;
      }
    }
    Ledger ledger;
    ledger.add(hosts.lines());
    goes_back |= hosts.said().find("another program has written") != std::string::npos;
    auto violations = ledger.violations(found);
    const std::size_t all = violations.size();
    std::erase_if(violations, [&](const std::string& text) {
      // What is finished in a backup, or in a store whose last rows are in a copy, does not know
      // what has failed in the other one.
      if (goes_back && text.find(" is missing;") == std::string::npos) return true;
      return excused.contains(name_in(text));
    });
    CHECK(violations == std::vector<std::string>{});
    acknowledged += ledger.size();
    destroyed += all - violations.size();
  }
  std::cout << acknowledged << " rows acknowledged in " << round << " rounds, " << acts_done
            << " acts; " << destroyed
            << " were in what the acts destroyed, and the others are there" << std::endl;
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
