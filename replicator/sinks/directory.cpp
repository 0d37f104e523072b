#include "replicator/sinks/directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "edo/error.hpp"

namespace edo::sinks {
namespace {

// The file that is being written. The next write replaces one that a crash has left.
constexpr const char* kUnfinished = ".unfinished";

[[noreturn]] void fail(const char* operation, const std::string& path, int code) {
  const auto told = [&](ErrorKind kind, const char* remedy) {
    return Error(kind, operation, path, std::string(std::strerror(code)) + remedy);
  };
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      throw told(ErrorKind::full, "; make space or use another directory, then run again");
    case EACCES:
    case EPERM:
    case EROFS:
      throw told(ErrorKind::denied, "; make it accessible to this user");
    case ENOENT:
    case ENOTDIR:
      throw told(ErrorKind::io,
                 "; check that the medium is mounted; this directory is never created");
    default:
      throw told(ErrorKind::io, "; check the medium");
  }
}

class File {
 public:
  File(int directory, const char* operation, const std::string& path, const char* name, int flags)
      : descriptor_(openat(directory, name, flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (descriptor_ < 0) fail(operation, path, errno);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(descriptor_); }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

Directory::Directory(const std::string& path)
    : path_(path), descriptor_(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) fail("open", path_, errno);
  // Without locks, two exports at once only do the same work twice.
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(descriptor_);
    throw Error(ErrorKind::busy, "open", path_,
                "another export or import is using it; wait until it has finished");
  }
}

Directory::~Directory() { close(descriptor_); }

std::vector<std::string> Directory::names(std::string_view suffix) const {
  std::vector<std::string> found;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(path_, failure), end; !failure && at != end;
       at.increment(failure)) {
    auto name = at->path().filename().string();
    if (name.ends_with(suffix)) found.push_back(std::move(name));
  }
  if (failure) fail("list", path_, failure.value());
  std::sort(found.begin(), found.end());
  return found;
}

bool Directory::has(const std::string& name) const {
  return faccessat(descriptor_, name.c_str(), F_OK, 0) == 0;
}

std::string Directory::read(const std::string& name, std::uint64_t most) const {
  // O_NONBLOCK: opening a pipe must not wait for its other end.
  const File file(descriptor_, "read", of(name), name.c_str(), O_RDONLY | O_NONBLOCK);
  struct stat found {};
  if (fstat(file.get(), &found) != 0) fail("read", of(name), errno);
  if (!S_ISREG(found.st_mode) || static_cast<std::uint64_t>(found.st_size) > most) {
    throw Error(ErrorKind::refused, "read", of(name),
                "it is not a regular file, or larger than the limit of " +
                    std::to_string(most >> 20) + " MiB");
  }
  std::string contents(static_cast<std::size_t>(found.st_size), '\0');
  for (std::size_t at = 0; at < contents.size();) {
    const auto got = ::read(file.get(), contents.data() + at, contents.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", of(name), errno);
    if (got == 0) contents.resize(at);  // the file became shorter meanwhile
    at += static_cast<std::size_t>(got);
  }
  return contents;
}

void Directory::write(const std::string& name, std::string_view contents) {
  try {
    const File file(descriptor_, "write", of(name), kUnfinished, O_WRONLY | O_CREAT | O_TRUNC);
    while (!contents.empty()) {
      const auto put = ::write(file.get(), contents.data(), contents.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) fail("write", of(name), errno);
      contents.remove_prefix(static_cast<std::size_t>(put));
    }
    if (fsync(file.get()) != 0) fail("write", of(name), errno);
    if (renameat(descriptor_, kUnfinished, descriptor_, name.c_str()) != 0) {
      fail("write", of(name), errno);
    }
  } catch (const Error&) {
    unlinkat(descriptor_, kUnfinished, 0);
    throw;
  }
  // Some file systems write directories synchronously and refuse fsync(2).
  if (fsync(descriptor_) != 0 && errno != EINVAL) fail("write", of(name), errno);
}

void Directory::remove(const std::string& name) {
  if (unlinkat(descriptor_, name.c_str(), 0) != 0 && errno != ENOENT) {
    fail("remove", of(name), errno);
  }
}

}  // namespace edo::sinks
