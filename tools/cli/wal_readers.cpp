#include "cli/wal_readers.hpp"

#include <sys/stat.h>

#include <array>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "storage/beside.hpp"

namespace edo::cli {
namespace {

// The -shm file, in the byte order of the machine (https://sqlite.org/walformat.html, "The
// WAL-index file format"): the number of frames, how many of them are in the store already, how far
// each of five marks for readers reaches, and from kFirstLock on the bytes that are locked to use
// one. The first mark is for those who read the store alone, into which nothing may be copied
// meanwhile.
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

// A lock as a line of /proc/locks tells of it (proc_locks(5)).
struct Lock {
  pid_t pid = 0;
  ino_t inode = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<Lock> parse(const std::string& line) {
  std::istringstream words(line);
  std::string number, kind, mode, access, file, last;
  Lock lock;
  words >> number >> kind >> mode >> access >> lock.pid >> file >> lock.first >> last;
  if (!words || kind != "POSIX" || access != "READ" || last == "EOF") return std::nullopt;
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

}  // namespace

std::vector<WalReader> readers_behind(const std::string& store) {
  const std::string path = storage::beside(store, "-shm");
  struct stat found {};
  Header header{};
  std::ifstream shared(path, std::ios::binary);
  if (stat(path.c_str(), &found) != 0 || !shared.read(header.data(), kHeader)) return {};
  const std::uint32_t newest = number_at(header, kMaxFrame);
  std::vector<WalReader> readers;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    const auto lock = parse(line);
    if (!lock || lock->inode != found.st_ino) continue;
    for (std::size_t i = 0; i < kMarks; ++i) {
      const std::uint32_t mark =
          number_at(header, i == 0 ? kBackfilled : kReadMarks + i * sizeof newest);
      const std::size_t byte = kFirstLock + i;
      if (byte < lock->first || byte > lock->last || mark >= newest) continue;
      readers.push_back({lock->pid, program_of(lock->pid), newest - mark});
    }
  }
  return readers;
}

}  // namespace edo::cli
