#include "tools/edo/copy.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "edo/error.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tools/edo/frozen_store.hpp"
#include "tools/program/numbers.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr int kLevel = 3;  // of zstd
constexpr unsigned char kMagic[] = {0x28, 0xb5, 0x2f, 0xfd};

Error failure(const std::string& what, int code = errno) {
  const bool full = code == ENOSPC || code == EDQUOT;
  return {full ? ErrorKind::full : ErrorKind::io,
          what + ": " + std::strerror(code) + (full ? "; free some space and try again" : "")};
}

class File {
 public:
  File(const std::string& path, int flags)
      : path_(path),
        descriptor_(
            ::open(path.c_str(), flags | O_CLOEXEC | (flags == O_RDONLY ? 0 : O_NOFOLLOW), 0600)) {
    if (descriptor_ < 0) throw failure("open " + path);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  std::size_t read(std::vector<char>& into) {
    std::size_t size = 0;
    while (size < into.size()) {
      const ssize_t part = ::read(descriptor_, into.data() + size, into.size() - size);
      if (part < 0 && errno == EINTR) continue;
      if (part < 0) throw failure("read " + path_);
      if (part == 0) break;
      size += static_cast<std::size_t>(part);
    }
    return size;
  }
  void write(const char* from, std::size_t size) {
    while (size > 0) {
      const ssize_t part = ::write(descriptor_, from, size);
      if (part < 0 && errno == EINTR) continue;
      if (part < 0) throw failure("write " + path_);
      from += part;
      size -= static_cast<std::size_t>(part);
    }
  }
  void sync() {
    if (fsync(descriptor_) != 0) throw failure("write " + path_ + " to the disk");
  }

 private:
  const std::string path_;
  int descriptor_;
};

// Removes the drafts of killed programs.
void remove_dead_drafts(const std::string& prefix) {
  const fs::path path = prefix;
  const std::string begin = path.filename();
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    const std::string name = at->path().filename();
    if (!name.starts_with(begin)) continue;
    const int pid = std::atoi(name.c_str() + begin.size());
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) remove_set(prefix + std::to_string(pid));
  }
}

Error zstd_failure(const std::string& path, std::size_t code) {
  return {ErrorKind::corrupt, "decompress " + path + ": " + ZSTD_getErrorName(code) +
                                  "; the file is damaged, use another copy"};
}

}  // namespace

Ownership ownership_of(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode)) {
    return {found.st_mode & 0777, found.st_uid, found.st_gid};
  }
  if (geteuid() != 0 || stat(storage::folder_of(path).c_str(), &found) != 0) return {};
  return {0600, found.st_uid, found.st_gid};
}

void give_to(const std::string& path, const Ownership& owner) noexcept {
  const auto keep = static_cast<uid_t>(-1);
  // A user cannot change the owner, but can set a group that it is in.
  const bool is_root = geteuid() == 0;
  (void)!chown(path.c_str(), is_root ? owner.user.value_or(keep) : keep,
               owner.group.value_or(static_cast<gid_t>(-1)));
  (void)chmod(path.c_str(), owner.mode);
}

Draft::Draft(const std::string& place, const std::string& suffix)
    : place_(place), path_(place + suffix + std::to_string(getpid())) {
  remove_dead_drafts(place + suffix);
  remove_set(path_);
  const File made(path_, O_WRONLY | O_CREAT | O_EXCL);
}

Draft::~Draft() {
  if (!placed_) remove_set(path_);
}

void Draft::put() {
  sync_file(path_);
  // link(2) never replaces an existing file.
  if (link(path_.c_str(), place_.c_str()) == 0) {
    (void)unlink(path_.c_str());
  } else if (errno == EEXIST ||
             renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE) != 0) {
    const int code = errno;
    if (code != EEXIST) throw failure("make " + place_, code);
    throw Error(ErrorKind::invalid_argument, "make", place_,
                "it exists, and nothing is ever overwritten; name another "
                "file");
  }
  placed_ = true;
  sync_folder(place_);
}

void copy_pages(storage::Database& from, const std::string& to) {
  try {
    SQLite::Database copy(to, SQLite::OPEN_READWRITE);
    // A partial copy is worth nothing, so it is not synced.
    copy.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    SQLite::Backup backup(copy, from.handle());
    while (backup.executeStep() != SQLITE_DONE) {
    }
  } catch (const SQLite::Exception& error) {
    throw from.error("copy to " + to + " from", error);
  }
}

void copy_bytes(const std::string& from, const std::string& to) {
  std::vector<char> block(kBlock);
  {
    File source(from, O_RDONLY);
    File copy(to, O_WRONLY);
    while (const std::size_t size = source.read(block)) copy.write(block.data(), size);
    copy.sync();
    // The comparison must read from the disk, not from the cache.
    (void)posix_fadvise(copy.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  }
  File source(from, O_RDONLY);
  File copy(to, O_RDONLY);
  std::vector<char> other(kBlock);
  for (;;) {
    const std::size_t size = source.read(block);
    if (copy.read(other) != size || std::memcmp(block.data(), other.data(), size) != 0) {
      throw Error(ErrorKind::io, "copy", from + " to " + to,
                  "the file does not read back as it was written; check that disk");
    }
    if (size == 0) return;
  }
}

storage::StoreInfo check_copy(const std::string& path) {
  storage::OpenOptions options;
  options.access = storage::Access::read_write;
  storage::Database database = storage::open_as_it_is(path, options);
  const auto answer = database.text(
      "SELECT substr(group_concat(integrity_check, '; '), 1, 500) FROM pragma_integrity_check");
  if (answer != "ok") {
    throw Error(ErrorKind::corrupt, "check", path, answer.value_or("SQLite gave no result"));
  }
  return storage::store_info(database);
}

bool is_compressed(const std::string& path) {
  File file(path, O_RDONLY);
  std::vector<char> begin(sizeof kMagic);
  return file.read(begin) == begin.size() && std::memcmp(begin.data(), kMagic, begin.size()) == 0;
}

void compress(const std::string& from, const std::string& to) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  File source(from, O_RDONLY);
  File copy(to, O_WRONLY);
  std::vector<char> block(kBlock);
  std::vector<char> packed(ZSTD_CStreamOutSize());
  for (bool last = false; !last;) {
    ZSTD_inBuffer in{block.data(), source.read(block), 0};
    last = in.size < block.size();
    const ZSTD_EndDirective end = last ? ZSTD_e_end : ZSTD_e_continue;
    for (std::size_t left = 1; left > 0 && (last || in.pos < in.size);) {
      ZSTD_outBuffer out{packed.data(), packed.size(), 0};
      left = ZSTD_compressStream2(context.get(), &out, &in, end);
      if (ZSTD_isError(left)) throw failure("compress " + from, ENOMEM);
      copy.write(packed.data(), out.pos);
    }
  }
}

void decompress(const std::string& from, const std::string& to) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  File source(from, O_RDONLY);
  File copy(to, O_WRONLY);
  std::vector<char> block(kBlock);
  std::vector<char> unpacked(ZSTD_DStreamOutSize());
  std::size_t left = 1;  // of the frame
  while (const std::size_t size = source.read(block)) {
    ZSTD_inBuffer in{block.data(), size, 0};
    ZSTD_outBuffer out{};
    do {
      out = {unpacked.data(), unpacked.size(), 0};
      left = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(left)) throw zstd_failure(from, left);
      copy.write(unpacked.data(), out.pos);
    } while (in.pos < in.size || (left > 0 && out.pos == out.size));
  }
  if (left != 0) {
    throw Error(ErrorKind::corrupt, "decompress", from,
                "the file is truncated; copy the whole file");
  }
}

void require_room(const std::string& place, std::int64_t bytes) {
  struct statvfs found {};
  if (statvfs(storage::folder_of(place).c_str(), &found) != 0) return;
  const double free = static_cast<double>(found.f_bavail) * static_cast<double>(found.f_frsize);
  if (free >= static_cast<double>(bytes)) return;
  throw Error(ErrorKind::full,
              fmt::format("create {}: it needs {}, but only {} are free; free some space, or name "
                          "a file on another disk",
                          place, bytes_text(static_cast<double>(bytes)), bytes_text(free)));
}

void sync_file(const std::string& path) { File(path, O_RDONLY).sync(); }

}  // namespace edo::cli
