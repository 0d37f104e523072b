#include "storage/open_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "edo/error.hpp"

namespace edo::storage {
namespace {

using FileId = std::pair<dev_t, ino_t>;

struct Entry {
  int connections = 0;
  int holders = 0;
  int descriptor = -1;  // Closed with the last connection, whose locks that takes away.
};

struct Registry {
  std::mutex mutex;
  std::map<FileId, Entry> files;
};

Registry& registry() {
  static auto& instance = *new Registry;
  return instance;
}

// The bytes of which a connection to a database holds a shared lock
// (https://sqlite.org/lockingv3.html).
struct flock shared_lock(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0x40000002;
  lock.l_len = 510;
  return lock;
}

bool some_descriptor_is(const FileId& id) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
    struct stat found {};
    if (stat(entry.path().c_str(), &found) == 0 && FileId(found.st_dev, found.st_ino) == id) {
      return true;
    }
  }
  return false;
}

}  // namespace

OpenFile::OpenFile(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return;
  const FileId id(found.st_dev, found.st_ino);
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files[id];
  if (file.connections == 0 && some_descriptor_is(id)) {
    all.files.erase(id);
    throw Error(ErrorKind::invalid_argument,
                "open " + path +
                    ": another library in this process has this file open, and two SQLites in one "
                    "process break each other's locks; use only one of them, or another process");
  }
  ++file.connections;
  device_ = id.first;
  inode_ = id.second;
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : device_(other.device_),
      inode_(std::exchange(other.inode_, 0)),
      holds_(std::exchange(other.holds_, false)) {}

OpenFile::~OpenFile() {
  if (inode_ == 0) return;
  let_go();
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.files.find({device_, inode_});
  if (--found->second.connections > 0) return;
  if (found->second.descriptor >= 0) ::close(found->second.descriptor);
  all.files.erase(found);
}

int OpenFile::connections(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return 0;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto file = all.files.find({found.st_dev, found.st_ino});
  return file == all.files.end() ? 0 : file->second.connections;
}

void OpenFile::hold(const std::string& path) noexcept {
  if (inode_ == 0 || holds_) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find({device_, inode_})->second;
  if (file.descriptor < 0) file.descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat found {};
  if (fstat(file.descriptor, &found) != 0 || found.st_ino != inode_) return;
  holds_ = true;
  if (++file.holders > 1) return;
  struct flock shared = shared_lock(F_RDLCK);
  (void)fcntl(file.descriptor, F_OFD_SETLK, &shared);
}

void OpenFile::let_go() noexcept {
  if (!std::exchange(holds_, false)) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find({device_, inode_})->second;
  if (--file.holders > 0) return;
  struct flock none = shared_lock(F_UNLCK);
  (void)fcntl(file.descriptor, F_OFD_SETLK, &none);
}

void OpenFile::before_fork() noexcept { registry().mutex.lock(); }
void OpenFile::after_fork() noexcept { registry().mutex.unlock(); }

void OpenFile::drop_inherited() noexcept {
  for (auto& [id, file] : registry().files) {
    if (file.descriptor >= 0) ::close(file.descriptor);
    file = Entry{.connections = file.connections};
  }
}

// Each connection holds a shared lock for that long, on bytes that never change
// (https://sqlite.org/lockingv3.html).
bool is_open_elsewhere(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0x40000002;
  lock.l_len = 510;
  const bool known = fcntl(file, F_OFD_GETLK, &lock) == 0;
  ::close(file);
  return known && lock.l_type != F_UNLCK;
}

}  // namespace edo::storage
