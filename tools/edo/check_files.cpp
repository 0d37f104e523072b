#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <utility>

#include "replicator/status/store.hpp"
#include "storage/recorder_lock.hpp"
#include "storage/reserve.hpp"
#include "storage/side_files.hpp"
#include "tools/edo/checks.hpp"
#include "tools/edo/file_system.hpp"
#include "tools/edo/wal_readers.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr double kScarce = 500e6;  // bytes of free disk
constexpr double kTooScarce = 50e6;
// Twice the default size at which a recorder checkpoints.
constexpr std::int64_t kLargeWal = std::int64_t{64} << 20;
constexpr std::uint64_t kFrameBytes = 4096 + 24;

Check check_file_system(const std::string& path) {
  struct statfs found {};
  if (statfs(path.c_str(), &found) != 0) {
    return {"file system", Verdict::warning, "its type is unknown"};
  }
  return judge_file_system(static_cast<std::uint32_t>(found.f_type));
}

Check check_permissions(const std::string& path) {
  Check check{"permissions", Verdict::ok, "only the owner has access"};
  for (const char* suffix : {"-wal", "-shm", storage::kReserveSuffix, storage::kRecordersSuffix,
                             "-replicator", "-search"}) {
    if (const auto fault = storage::not_ours(path, suffix)) {
      const std::string file = printable(storage::side_file(path, suffix));
      return {"permissions", Verdict::problem,
              fmt::format("{} {}, so no recorder created it, and none opens it", file, *fault),
              "remove " + file};
    }
  }
  for (const char* suffix :
       {"", "-wal", "-shm", storage::kReserveSuffix, storage::kRecordersSuffix, "-search"}) {
    struct stat found {};
    const std::string file = storage::side_file(path, suffix);
    if (stat(file.c_str(), &found) != 0 || (found.st_mode & 077) == 0) continue;
    const bool only_group_reads = (found.st_mode & 037) == 0;
    const Verdict verdict = only_group_reads ? Verdict::warning : Verdict::problem;
    if (verdict <= check.verdict) continue;
    check.verdict = verdict;
    check.found = fmt::format("{} has mode {:04o}, so {} may access it", printable(file),
                              found.st_mode & 0777, only_group_reads ? "its group" : "others");
    check.remedy = "chmod 600 " + printable(file);
  }
  return check;
}

Check check_disk(const std::string& path) {
  struct statvfs found {};
  if (statvfs(path.c_str(), &found) != 0) {
    return {"disk space", Verdict::warning, "the free space is unknown"};
  }
  const double free = static_cast<double>(found.f_bavail) * static_cast<double>(found.f_frsize);
  const std::string text = bytes_text(free) + " free";
  if (free >= kScarce) return {"disk space", Verdict::ok, text};
  return {"disk space", free < kTooScarce ? Verdict::problem : Verdict::warning, text,
          "free disk space, ship and run edo prune, or set maxStoreBytes in the host"};
}

Check check_reserve(const std::string& path) {
  const auto bytes = status::file_size(storage::side_file(path, storage::kReserveSuffix));
  if (bytes >= storage::kReserveBytes) return {"reserve", Verdict::ok, "complete"};
  return {
      "reserve", Verdict::warning,
      fmt::format("{}, so on a full disk there is no space to trim, prune or note dropped calls",
                  bytes == 0 ? "it does not exist" : "it is incomplete"),
      "the next recorder creates it if the disk has a megabyte free"};
}

Check check_wal(const std::string& path) {
  const auto bytes = status::file_size(storage::side_file(path, "-wal"));
  const std::string size = bytes_text(static_cast<double>(bytes));
  std::vector<std::string> readers;
  for (const auto& reader : readers_behind(path)) {
    readers.push_back(
        fmt::format("process {} ({}) has an open read transaction since {} ago", reader.pid,
                    printable(reader.program),
                    bytes_text(static_cast<double>(reader.frames_behind * kFrameBytes))));
  }
  if (bytes <= kLargeWal) {
    return {"write-ahead log", Verdict::ok,
            readers.empty() ? size : fmt::format("{}; {}", size, fmt::join(readers, ", "))};
  }
  if (readers.empty()) {
    return {"write-ahead log", Verdict::warning, size + ", and nothing prevents a checkpoint",
            "the next recorder or edo-replicator makes the checkpoint"};
  }
  return {"write-ahead log", Verdict::problem,
          fmt::format("{}, and a checkpoint is not possible: {}", size, fmt::join(readers, ", ")),
          "end that process or let it finish; it may be a listing in a pager"};
}

}  // namespace

std::vector<Check> check_files(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return {};
  std::vector<Check> checks = {check_file_system(path), check_permissions(path), check_disk(path),
                               check_reserve(path), check_wal(path)};
  for (auto& check : check_places(path)) checks.push_back(std::move(check));
  return checks;
}

}  // namespace edo::cli
