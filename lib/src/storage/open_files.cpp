#include "storage/open_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "edo/error.hpp"

namespace edo::storage {
namespace {

using FileId = std::pair<dev_t, ino_t>;

struct Registry {
  std::mutex mutex;
  std::map<FileId, int> connections;
};

Registry& registry() {
  static Registry instance;
  return instance;
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
  int& connections = all.connections[id];
  if (connections == 0 && some_descriptor_is(id)) {
    all.connections.erase(id);
    throw Error(ErrorKind::invalid_argument,
                "open " + path +
                    ": another library in this process has this file open, and two SQLites in one "
                    "process break each other's locks; use only one of them, or another process");
  }
  ++connections;
  device_ = id.first;
  inode_ = id.second;
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : device_(other.device_), inode_(std::exchange(other.inode_, 0)) {}

OpenFile::~OpenFile() {
  if (inode_ == 0) return;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.connections.find({device_, inode_});
  if (--found->second == 0) all.connections.erase(found);
}

}  // namespace edo::storage
