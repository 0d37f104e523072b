#include "storage/side_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <system_error>

namespace edo::storage {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kReadAndWrite = 0666;

// Where a file lies, and beside which store.
struct Surroundings {
  explicit Surroundings(const std::string& path) : has_store(stat(path.c_str(), &store) == 0) {
    struct stat folder {};
    others_write =
        stat(folder_of(path).c_str(), &folder) != 0 || (folder.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  }

  struct stat store {};
  bool has_store;
  bool others_write;  // to the folder, so that anything in it may be theirs
};

bool may_be_ours(const struct stat& file, const Surroundings& at) {
  if (file.st_uid == geteuid() || file.st_uid == 0) return true;
  if (!at.has_store) return false;
  const bool group_writes = (at.store.st_mode & S_IWGRP) != 0;
  return file.st_uid == at.store.st_uid || (group_writes && file.st_gid == at.store.st_gid);
}

std::optional<std::string> fault_of(const struct stat& file, const Surroundings& at) {
  if (S_ISLNK(file.st_mode)) return "is a symbolic link";
  if (!S_ISREG(file.st_mode)) return "is not a regular file";
  if (!at.others_write) return std::nullopt;
  if (file.st_nlink > 1) return "has another name (a hard link)";
  if (!may_be_ours(file, at)) return "belongs to user " + std::to_string(file.st_uid);
  return std::nullopt;
}

// SQLite does the same for its own files: whoever may use the store may use them.
void share_like(const struct stat& store, int file) noexcept {
  const uid_t owner = geteuid() == 0 ? store.st_uid : static_cast<uid_t>(-1);
  (void)!fchown(file, owner, store.st_gid);
  (void)fchmod(file, store.st_mode & kReadAndWrite);
}

int opened(const std::string& store, const std::string& path, int flags) {
  constexpr int kSafely = O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const Surroundings at(store);
  // One that is made and one that was there are to be told apart: only the first gets our mode.
  int file = -1;
  bool made = false;
  for (int tries = 0; file < 0 && tries < 3; ++tries) {
    file = ::open(path.c_str(), (flags & ~O_CREAT) | kSafely);
    if (file >= 0 || errno != ENOENT || (flags & O_CREAT) == 0) break;
    file = ::open(path.c_str(), flags | O_EXCL | kSafely, kOwnerOnly);
    made = file >= 0;
    if (!made && errno != EEXIST) break;
  }
  if (file < 0) {
    // A link, a pipe without a reader, and a folder.
    if (errno == ELOOP || errno == ENXIO || errno == EISDIR) errno = EPERM;
    return -1;
  }
  struct stat found {};
  if (made && at.has_store) share_like(at.store, file);
  if (made || (fstat(file, &found) == 0 && !fault_of(found, at))) {
    return file;
  }
  ::close(file);
  errno = EPERM;
  return -1;
}

}  // namespace

std::string side_file(const std::string& store, std::string_view suffix) {
  std::error_code failure;
  const std::string path = std::filesystem::canonical(store, failure).string();
  return (failure ? store : path) + std::string(suffix);
}

std::string folder_of(const std::string& store) {
  const auto folder = std::filesystem::path(side_file(store, "")).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string name_of(const std::string& store) {
  return std::filesystem::path(side_file(store, "")).filename().string();
}

int open_side_file(const std::string& store, std::string_view suffix, int flags) noexcept {
  try {
    return opened(store, side_file(store, suffix), flags);
  } catch (const std::exception&) {
    errno = ENOMEM;
    return -1;
  }
}

std::optional<std::string> not_ours(const std::string& store, std::string_view suffix) {
  struct stat file {};
  if (lstat(side_file(store, suffix).c_str(), &file) != 0) return std::nullopt;
  return fault_of(file, Surroundings(store));
}

}  // namespace edo::storage
