#include "storage/wal_vfs.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace edo::storage {
namespace {

// A frame of the log begins with 24 bytes, and the second four of them are zero unless the frame is
// the last of its transaction (https://sqlite.org/fileformat2.html, section 4.1).
constexpr int kFrameHeader = 24;
constexpr int kCommitMark = 4;
constexpr int kCommitMarkBytes = 4;

// Room for fifteen frames of 4 KB; a longer transaction is written in parts.
constexpr std::size_t kCapacity = std::size_t{1} << 16;

// More than any VFS below needs for its own struct.
constexpr int kFileBytes = 1024;

// SQLite calls C functions and allocates this struct itself, so it is plain data.
struct LogFile {
  sqlite3_file base;
  sqlite3_file* real;   // of the VFS below
  char* waiting;        // kCapacity bytes, of which
  std::size_t size;     // are to be written
  sqlite3_int64 begin;  // here in the file
  bool in_frame;        // the last that came was a header, and its page comes next
  bool commits;         // and that page is the last of its transaction
};
static_assert(sizeof(LogFile) <= kFileBytes);

LogFile& log(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

// A failure reaches the statement that made this call, whose transaction is not committed yet:
// SQLite rolls back, and what had been gathered is worth nothing any more.
int write_out(LogFile& file) {
  if (file.size == 0) return SQLITE_OK;
  const auto size = static_cast<int>(file.size);
  file.size = 0;
  file.in_frame = false;
  return file.real->pMethods->xWrite(file.real, file.waiting, size, file.begin);
}

bool continues(const LogFile& file, int size, sqlite3_int64 offset) {
  return file.size > 0 && offset == file.begin + static_cast<sqlite3_int64>(file.size) &&
         file.size + static_cast<std::size_t>(size) <= kCapacity;
}

void gather(LogFile& file, const void* from, int size, sqlite3_int64 offset) {
  if (file.size == 0) file.begin = offset;
  std::memcpy(file.waiting + file.size, from, static_cast<std::size_t>(size));
  file.size += static_cast<std::size_t>(size);
}

bool has_commit_mark(const void* header) {
  constexpr char kNone[kCommitMarkBytes] = {};
  return std::memcmp(static_cast<const char*>(header) + kCommitMark, kNone, kCommitMarkBytes) != 0;
}

int write(sqlite3_file* base, const void* from, int size, sqlite3_int64 offset) {
  LogFile& file = log(base);
  const bool is_header = size == kFrameHeader && !file.in_frame;
  const bool is_page = file.in_frame && continues(file, size, offset);
  if (!is_page && !continues(file, size, offset)) {
    if (const int result = write_out(file); result != SQLITE_OK) return result;
  }
  if (is_header) {
    gather(file, from, size, offset);
    file.in_frame = true;
    file.commits = has_commit_mark(from);
    return SQLITE_OK;
  }
  if (is_page) {
    gather(file, from, size, offset);
    file.in_frame = false;
    return file.commits ? write_out(file) : SQLITE_OK;
  }
  if (const int result = write_out(file); result != SQLITE_OK) return result;
  return file.real->pMethods->xWrite(file.real, from, size, offset);
}

int close(sqlite3_file* base) {
  LogFile& file = log(base);
  // What is still here belongs to a transaction that has not been committed.
  const int result = file.real->pMethods->xClose(file.real);
  std::free(file.real);
  std::free(file.waiting);
  return result;
}

int read(sqlite3_file* base, void* into, int size, sqlite3_int64 offset) {
  LogFile& file = log(base);
  if (const int result = write_out(file); result != SQLITE_OK) return result;
  return file.real->pMethods->xRead(file.real, into, size, offset);
}

int truncate(sqlite3_file* base, sqlite3_int64 size) {
  LogFile& file = log(base);
  if (const int result = write_out(file); result != SQLITE_OK) return result;
  return file.real->pMethods->xTruncate(file.real, size);
}

int sync(sqlite3_file* base, int flags) {
  LogFile& file = log(base);
  if (const int result = write_out(file); result != SQLITE_OK) return result;
  return file.real->pMethods->xSync(file.real, flags);
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  LogFile& file = log(base);
  if (const int result = write_out(file); result != SQLITE_OK) return result;
  return file.real->pMethods->xFileSize(file.real, size);
}

int lock(sqlite3_file* base, int level) {
  return log(base).real->pMethods->xLock(log(base).real, level);
}

int unlock(sqlite3_file* base, int level) {
  return log(base).real->pMethods->xUnlock(log(base).real, level);
}

int check_reserved_lock(sqlite3_file* base, int* result) {
  return log(base).real->pMethods->xCheckReservedLock(log(base).real, result);
}

int file_control(sqlite3_file* base, int operation, void* argument) {
  return log(base).real->pMethods->xFileControl(log(base).real, operation, argument);
}

int sector_size(sqlite3_file* base) {
  return log(base).real->pMethods->xSectorSize(log(base).real);
}

int device_characteristics(sqlite3_file* base) {
  return log(base).real->pMethods->xDeviceCharacteristics(log(base).real);
}

// Version 1: shared memory and memory mapping are the business of the database file, which the VFS
// below opens itself.
constexpr sqlite3_io_methods kLogMethods = {1,
                                            close,
                                            read,
                                            write,
                                            truncate,
                                            sync,
                                            file_size,
                                            lock,
                                            unlock,
                                            check_reserved_lock,
                                            file_control,
                                            sector_size,
                                            device_characteristics,
                                            nullptr,
                                            nullptr,
                                            nullptr,
                                            nullptr,
                                            nullptr,
                                            nullptr};

sqlite3_vfs* below() { return sqlite3_vfs_find(nullptr); }

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* base, int flags, int* out_flags) {
  base->pMethods = nullptr;
  sqlite3_vfs* vfs = below();
  if (vfs->szOsFile > kFileBytes) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_WAL) == 0) return vfs->xOpen(vfs, name, base, flags, out_flags);

  auto* real = static_cast<sqlite3_file*>(std::calloc(1, static_cast<std::size_t>(vfs->szOsFile)));
  auto* waiting = static_cast<char*>(std::malloc(kCapacity));
  const int result = real == nullptr || waiting == nullptr
                         ? SQLITE_NOMEM
                         : vfs->xOpen(vfs, name, real, flags, out_flags);
  if (result != SQLITE_OK) {
    // A file that could not be opened has methods only if it must be closed all the same.
    if (real != nullptr && real->pMethods != nullptr) (void)real->pMethods->xClose(real);
    std::free(real);
    std::free(waiting);
    return result;
  }
  log(base) = LogFile{{&kLogMethods}, real, waiting, 0, 0, false, false};
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_directory) {
  return below()->xDelete(below(), name, sync_directory);
}

int access(sqlite3_vfs*, const char* name, int flags, int* result) {
  return below()->xAccess(below(), name, flags, result);
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  return below()->xFullPathname(below(), name, size, out);
}

int randomness(sqlite3_vfs*, int size, char* out) {
  return below()->xRandomness(below(), size, out);
}

int sleep(sqlite3_vfs*, int microseconds) { return below()->xSleep(below(), microseconds); }

int current_time(sqlite3_vfs*, double* out) { return below()->xCurrentTime(below(), out); }

int last_error(sqlite3_vfs*, int size, char* out) {
  return below()->xGetLastError(below(), size, out);
}

int current_time_64(sqlite3_vfs*, sqlite3_int64* out) {
  return below()->xCurrentTimeInt64(below(), out);
}

// Without a way to load extensions: none is ever loaded.
sqlite3_vfs wal_vfs_methods = {2,       kFileBytes,   0,          nullptr,         "edo-wal",
                               nullptr, open,         remove,     access,          full_path,
                               nullptr, nullptr,      nullptr,    nullptr,         randomness,
                               sleep,   current_time, last_error, current_time_64, nullptr,
                               nullptr, nullptr};

}  // namespace

const char* wal_vfs() {
  // Once, and before any use: a static's first initialisation is safe in any thread.
  static const int registered = [] {
    wal_vfs_methods.mxPathname = below()->mxPathname;
    return sqlite3_vfs_register(&wal_vfs_methods, 0);
  }();
  // Without it everything works as well, only slower.
  return registered == SQLITE_OK ? wal_vfs_methods.zName : "";
}

}  // namespace edo::storage
