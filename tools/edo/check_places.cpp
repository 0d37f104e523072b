// Checks whether hosts have the files at the store's paths open, and finds foreign files there.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "storage/side_files.hpp"
#include "tools/edo/checks.hpp"
#include "tools/edo/holders.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLog = "-wal";
// A recorder notices a move within milliseconds, and then waits a moment until no file moves any
// more.
constexpr std::chrono::milliseconds kUntilNoticed{1500};

bool is_log(const OpenedFile& file) { return file.path.ends_with(kLog); }

bool is_database(const OpenedFile& file) {
  constexpr std::string_view kMagic = "SQLite format 3";
  if (file.deleted) return false;
  std::ifstream stream(file.path, std::ios::binary);
  std::string begin(kMagic.size(), ' ');
  return stream.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kMagic;
}

// Whether the store of this WAL is open too, under the matching name.
bool has_its_store(const Holder& holder, const OpenedFile& log) {
  if (log.deleted || file_id(log.path) != log.id) return false;
  const std::string store = log.path.substr(0, log.path.size() - kLog.size());
  return std::any_of(holder.files.begin(), holder.files.end(),
                     [&](const OpenedFile& file) { return !file.deleted && file.path == store; });
}

// What is wrong with the process's open files; empty if nothing is.
std::string fault_of(const Holder& holder, const std::string& store) {
  const auto id = file_id(store);
  const auto log_id = file_id(store + std::string(kLog));
  const auto& files = holder.files;
  const bool has_store =
      std::any_of(files.begin(), files.end(), [&](const auto& file) { return file.id == id; });
  for (const auto& file : files) {
    if (file.deleted && file.path == store) {
      return "has a file open that was replaced or removed from this path";
    }
    if (!is_log(file) || has_its_store(holder, file)) continue;
    if (file.id == log_id && !has_store) {
      const auto other = std::find_if(files.begin(), files.end(), is_database);
      return other == files.end() ? "has the write-ahead log of this path open, but not this store"
                                  : fmt::format(
                                        "has the write-ahead log of this path open, but the store "
                                        "{}, which was moved away from here",
                                        printable(other->path));
    }
    if (has_store) {
      return fmt::format("has this store open, but {} as its write-ahead log{}",
                         printable(file.path), file.deleted ? ", which was removed" : "");
    }
  }
  return {};
}

std::vector<std::string> faults(const std::string& store) {
  std::vector<std::string> found;
  for (const auto& holder : holders_of(store)) {
    const std::string fault = fault_of(holder, store);
    if (!fault.empty()) found.push_back(fmt::format("{} {}", describe(holder), fault));
  }
  return found;
}

std::string absolute(const std::string& store) {
  return fs::absolute(storage::side_file(store, "")).lexically_normal();
}

Check check_open_files(const std::string& path) {
  const std::string store = absolute(path);
  std::vector<std::string> found = faults(store);
  if (!found.empty()) {
    std::this_thread::sleep_for(kUntilNoticed);
    found = faults(store);
  }
  if (found.empty()) return {"open files", Verdict::ok, "all at their paths"};
  return {"open files", Verdict::problem, fmt::format("{}", fmt::join(found, "; ")),
          "let that process continue: its recorder saves its rows and opens the store at this path "
          "with its next call. Or end it before another program opens the store. To move stores "
          "without this problem, use edo rotate and edo restore"};
}

struct Left {
  std::string_view begin;  // of the suffix after the store's name
  std::string_view what;
  std::string_view remedy;
  bool has_pid = false;  // followed by the pid of the program that creates it
};

constexpr Left kLeft[] = {
    {"-wal-left", "the write-ahead log of a store that was moved away, with its last rows",
     "before any program opens that store, put this file beside it, named like the store with -wal "
     "at the end; or remove it"},
    {"-shm-left", "the index of such a write-ahead log", "remove it"},
    {"-cut-", "a store whose write-ahead log was truncated while it was open",
     "check it with edo doctor --store, ship it with edo-replicator run --once --store, then "
     "remove it"},
    {"-rescued-", "a copy of this store with last rows that could not be merged into it",
     "ship it with edo-replicator run --once --store, then remove it"},
    {"-journal", "a rollback journal, which no recorder creates",
     "if another program's copy brought it, SQLite has applied it already; remove it"},
    {"-rescuing-", "the draft of such a copy, whose recorder was killed", "remove it", true},
    {"-restoring-", "the draft of an edo restore that was killed", "remove it", true},
    {"-copying-", "the draft of an edo rotate that was killed", "remove it", true},
    {"-backup-", "the draft of an edo backup that was killed", "remove it", true},
};

bool is_at_work(std::string_view pid) {
  const int number = std::atoi(std::string(pid).c_str());
  return number > 0 && (kill(number, 0) == 0 || errno != ESRCH);
}

Check check_left_files(const std::string& path) {
  Check check{"left files", Verdict::ok, "none"};
  const std::string name = storage::name_of(path);
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::directory_iterator at(storage::folder_of(path), ignored), end; at != end;
       at.increment(ignored)) {
    const std::string file = at->path().filename();
    if (!file.starts_with(name)) continue;
    const std::string_view rest = std::string_view(file).substr(name.size());
    for (const auto& left : kLeft) {
      if (!rest.starts_with(left.begin)) continue;
      const auto behind = rest.substr(left.begin.size());
      // A file of SQLite beside one of these.
      if (behind.ends_with("-wal") || behind.ends_with("-shm")) break;
      if (left.has_pid && is_at_work(behind)) break;
      found.push_back(fmt::format("{} ({})", printable(at->path().string()), left.what));
      if (check.remedy.find(left.remedy) == std::string::npos) {
        check.remedy.append(check.remedy.empty() ? "" : "; ").append(left.remedy);
      }
      break;
    }
  }
  if (found.empty()) return check;
  std::sort(found.begin(), found.end());
  check.verdict = Verdict::warning;
  check.found = fmt::format("{}", fmt::join(found, ", "));
  return check;
}

}  // namespace

std::vector<Check> check_places(const std::string& path) {
  return {check_open_files(path), check_left_files(path)};
}

std::string hint_about_missing(const std::string& path) {
  const std::string store = absolute(path);
  const auto found = faults(store);
  if (!found.empty()) return fmt::format("{}; let it finish, or end it", fmt::join(found, "; "));
  std::error_code none;
  if (fs::file_size(store + std::string(kLog), none) == 0 || none) return {};
  return fmt::format(
      "{0}-wal is the write-ahead log of a store that was moved or removed: if that store is "
      "elsewhere, put this file beside it, named like the store with -wal at the end, before any "
      "program opens it; else remove it, or use edo restore, before another file comes to this "
      "path",
      printable(store));
}

}  // namespace edo::cli
