#include "tools/edo/wal_readers.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "storage/side_files.hpp"

namespace edo::cli {
namespace {

// The -shm file, in the byte order of the machine (https://sqlite.org/walformat.html, "The
// WAL-index file format"): the number of frames, how many of them are in the store already, the
// five read marks, and from kFirstLock on the bytes that are locked to use a mark. The first mark
// is for readers of the store's file alone; while it is in use, nothing may be copied into the
// file.
constexpr std::size_t kMaxFrame = 16;
constexpr std::size_t kBackfilled = 96;
constexpr std::size_t kReadMarks = 100;
constexpr std::size_t kMarks = 5;
constexpr std::size_t kFirstLock = 123;
constexpr std::size_t kHeader = 136;

using Header = std::array<char, kHeader>;

std::uint32_t number_at(const Header& header, std::size_t offset) {
  std::uint32_t number = 0;
  std::memcpy(&number, header.data() + offset, sizeof number);
  return number;
}

// A lock in a line of /proc/locks (proc_locks(5)).
struct Lock {
  std::string kind;
  pid_t pid = 0;
  ino_t inode = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<Lock> parse(const std::string& line) {
  std::istringstream words(line);
  std::string number, mode, access, file, last;
  Lock lock;
  words >> number >> lock.kind >> mode >> access >> lock.pid >> file >> lock.first >> last;
  if (!words || access != "READ" || last == "EOF") return std::nullopt;
  const std::size_t colon = file.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  lock.inode = std::strtoull(file.c_str() + colon + 1, nullptr, 10);
  lock.last = std::strtoull(last.c_str(), nullptr, 10);
  return lock;
}

std::string program_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

void add_if_on(ino_t inode, std::optional<Lock> lock, std::vector<Lock>& locks) {
  if (lock && lock->inode == inode) locks.push_back(std::move(*lock));
}

// The locks of other programs' SQLite belong to a process.
void add_process_locks(ino_t inode, std::vector<Lock>& locks) {
  std::ifstream file("/proc/locks");
  for (std::string line; std::getline(file, line);) {
    if (auto lock = parse(line); lock && lock->kind == "POSIX") add_if_on(inode, lock, locks);
  }
}

// The locks of our own SQLite belong to a descriptor: only the process's fdinfo shows its owner
// (proc_pid_fdinfo(5)), and only to its own user.
void add_descriptor_locks(ino_t inode, std::vector<Lock>& locks) {
  constexpr std::string_view kLock = "lock:";
  std::error_code ignored;
  for (std::filesystem::directory_iterator process("/proc", ignored), end; process != end;
       process.increment(ignored)) {
    const auto pid = std::atoi(process->path().filename().c_str());
    if (pid <= 0) continue;
    for (const auto& entry :
         std::filesystem::directory_iterator(process->path() / "fdinfo", ignored)) {
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(kLock)) continue;
        auto lock = parse(line.substr(kLock.size()));
        if (!lock || lock->kind != "OFDLCK") continue;
        lock->pid = pid;
        add_if_on(inode, lock, locks);
      }
    }
  }
}

}  // namespace

std::vector<WalReader> readers_behind(const std::string& store) {
  const std::string path = storage::side_file(store, "-shm");
  struct stat found {};
  Header header{};
  std::ifstream shared(path, std::ios::binary);
  if (stat(path.c_str(), &found) != 0 || !shared.read(header.data(), kHeader)) return {};
  const std::uint32_t newest = number_at(header, kMaxFrame);
  std::vector<WalReader> readers;
  std::vector<Lock> locks;
  add_process_locks(found.st_ino, locks);
  add_descriptor_locks(found.st_ino, locks);
  for (const auto& lock : locks) {
    for (std::size_t i = 0; i < kMarks; ++i) {
      const std::uint32_t mark =
          number_at(header, i == 0 ? kBackfilled : kReadMarks + i * sizeof newest);
      const std::size_t byte = kFirstLock + i;
      if (byte < lock.first || byte > lock.last || mark >= newest) continue;
      readers.push_back({lock.pid, program_of(lock.pid), newest - mark});
    }
  }
  return readers;
}

}  // namespace edo::cli
