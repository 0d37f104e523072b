#include "storage/open_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/fork.hpp"
#include "edo/error.hpp"
#include "storage/byte_lock.hpp"

namespace edo::storage {
namespace {

struct Entry {
  int connections = 0;
  int holders = 0;
  bool is_inherited = false;  // descriptors of connections of the parent are still open
  int descriptor = -1;        // Closed with the last connection, whose locks that takes away.
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
  return byte_lock(type, 0x40000002, 510);
}

// Whether the entry has a descriptor of its file.
bool opens(Entry& file, const std::string& path, const FileId& id) noexcept {
  // Closing another store's descriptor would take away the locks that this process has on that.
  if (file.descriptor < 0 && FileId::at(path) == id) {
    file.descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  struct stat found {};
  return fstat(file.descriptor, &found) == 0 && FileId{found.st_dev, found.st_ino} == id;
}

}  // namespace

OpenFile::OpenFile(const std::string& path) {
  const FileId id = FileId::at(path);
  if (id == FileId()) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files[id];
  if (file.connections == 0 && !file.is_inherited && is_open_here(id)) {
    all.files.erase(id);
    throw Error(
        ErrorKind::invalid_argument, "open", path,
        "another library in this process has this file open, and two copies of SQLite in one "
        "process break each other's locks; use one of them only, or another process");
  }
  ++file.connections;
  id_ = id;
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : id_(std::exchange(other.id_, {})),
      generation_(other.generation_),
      holds_(std::exchange(other.holds_, false)) {}

OpenFile::~OpenFile() {
  if (id_ == FileId() || generation_ != base::fork_generation()) return;
  let_go();
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.files.find(id_);
  if (--found->second.connections > 0) return;
  if (found->second.descriptor >= 0) ::close(found->second.descriptor);
  found->second.descriptor = -1;
  if (!found->second.is_inherited) all.files.erase(found);
}

bool OpenFile::is_open_here(const FileId& id) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
    if (FileId::at(entry.path()) == id) return true;
  }
  return false;
}

int OpenFile::connections(const std::string& path) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto file = all.files.find(FileId::at(path));
  return file == all.files.end() ? 0 : file->second.connections;
}

void OpenFile::hold(const std::string& path) noexcept {
  if (id_ == FileId() || holds_) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find(id_)->second;
  if (!opens(file, path, id_)) return;
  holds_ = true;
  if (++file.holders > 1) return;
  struct flock shared = shared_lock(F_RDLCK);
  (void)fcntl(file.descriptor, F_OFD_SETLK, &shared);
}

bool OpenFile::is_open_elsewhere(const std::string& path) const noexcept {
  if (id_ == FileId()) return false;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find(id_)->second;
  struct flock lock_of_others = shared_lock(F_WRLCK);
  return opens(file, path, id_) && fcntl(file.descriptor, F_OFD_GETLK, &lock_of_others) == 0 &&
         lock_of_others.l_type != F_UNLCK;
}

bool OpenFile::has_log(const std::string& path) const noexcept {
  // The read version of the format (https://sqlite.org/fileformat2.html, section 1.3.4).
  constexpr off_t kReadVersion = 19;
  constexpr char kWithLog = 2;
  if (id_ == FileId()) return true;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find(id_)->second;
  char version = 0;
  return !opens(file, path, id_) || pread(file.descriptor, &version, 1, kReadVersion) != 1 ||
         version == kWithLog;
}

void OpenFile::let_go() noexcept {
  if (!std::exchange(holds_, false)) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  Entry& file = all.files.find(id_)->second;
  if (--file.holders > 0) return;
  struct flock none = shared_lock(F_UNLCK);
  (void)fcntl(file.descriptor, F_OFD_SETLK, &none);
}

void OpenFile::before_fork() noexcept { registry().mutex.lock(); }
void OpenFile::after_fork() noexcept { registry().mutex.unlock(); }

void OpenFile::drop_inherited() noexcept {
  for (auto& [id, file] : registry().files) {
    if (file.descriptor >= 0) ::close(file.descriptor);
    file = Entry{.is_inherited = true};
  }
}

}  // namespace edo::storage
