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

// Room for thirty frames of 2 KB; a longer transaction is written in parts.
constexpr std::size_t kCapacity = std::size_t{1} << 16;

// More than any VFS below needs for its own struct.
constexpr int kFileBytes = 1024;

// SQLite calls C functions and allocates these structs itself, so they are plain data.

// A file with another one below it, which does the work.
struct Layer {
  sqlite3_file base;
  sqlite3_file* real;  // of the VFS below
};

struct LogFile;

struct DataFile {
  Layer layer;
  LogFile* log;  // of the same database, while it is open
};

struct LogFile {
  Layer layer;
  DataFile* database;
  char* waiting;        // kCapacity bytes, of which
  std::size_t size;     // are to be written
  sqlite3_int64 begin;  // here in the file
  bool in_frame;        // the last that came was a header, and its page comes next
  bool commits;         // and that page is the last of its transaction
  sqlite3_int64 page;   // where the page of the latest header belongs
  sqlite3_int64 end;    // of the latest frame
};
static_assert(sizeof(LogFile) <= kFileBytes);

DataFile& data(sqlite3_file* file) { return *reinterpret_cast<DataFile*>(file); }
LogFile& log(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

template <auto Method, typename Result, typename... Arguments>
Result pass_on(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* real = reinterpret_cast<Layer*>(file)->real;
  return (real->pMethods->*Method)(real, arguments...);
}

void forget(LogFile& file) {
  file.size = 0;
  file.in_frame = false;
}

// A failure reaches the statement that made this call, whose transaction is not committed yet:
// SQLite rolls back, and what had been gathered is worth nothing any more.
int write_out(LogFile& file) {
  if (file.size == 0) return SQLITE_OK;
  const auto size = static_cast<int>(file.size);
  forget(file);
  sqlite3_file* real = file.layer.real;
  return real->pMethods->xWrite(real, file.waiting, size, file.begin);
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

// A header is gathered only where it is appended, since only then does its page follow. Once a
// transaction has changed pages that are in the log already, SQLite writes the headers of its
// frames anew where they are, and the last of these may be the last that it writes.
int write(sqlite3_file* base, const void* from, int size, sqlite3_int64 offset) {
  LogFile& file = log(base);
  const bool is_header = size == kFrameHeader && !file.in_frame && offset >= file.end;
  const bool is_page = file.in_frame && continues(file, size, offset);
  if (size == kFrameHeader) file.page = offset + size;
  // In a log that was begun anew the first frame is behind the end of the one before.
  if (offset == file.page) file.end = offset + size;
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
  return pass_on<&sqlite3_io_methods::xWrite, int>(base, from, size, offset);
}

template <auto Method, typename... Arguments>
int after_writing(sqlite3_file* base, Arguments... arguments) {
  if (const int result = write_out(log(base)); result != SQLITE_OK) return result;
  return pass_on<Method, int>(base, arguments...);
}

bool is_zero(const void* from, std::size_t size) {
  const auto* bytes = static_cast<const char*>(from);
  return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0;
}

// Where a log was cut and somebody has written on behind its end, SQLite would take the zeros of
// the hole for pages, and write them into the database. The frame of a page that is all zero still
// has a header. Recovery, which reads headers and pages together, looks at them itself.
int read(sqlite3_file* base, void* into, int size, sqlite3_int64 offset) {
  const int result = after_writing<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>(
      base, into, size, offset);
  const bool is_page = size >= 512 && (size & (size - 1)) == 0 && offset > kFrameHeader;
  if (result != SQLITE_OK || !is_page || !is_zero(into, static_cast<std::size_t>(size))) {
    return result;
  }
  char header[kFrameHeader];
  const int header_result = pass_on<&sqlite3_io_methods::xRead, int, void*>(
      base, header, kFrameHeader, offset - kFrameHeader);
  if (header_result != SQLITE_OK) return header_result;
  return is_zero(header, kFrameHeader) ? SQLITE_IOERR_READ : SQLITE_OK;
}

int close(sqlite3_file* base) {
  const int result = pass_on<&sqlite3_io_methods::xClose, int>(base);
  std::free(reinterpret_cast<Layer*>(base)->real);
  return result;
}

int close_log(sqlite3_file* base) {
  LogFile& file = log(base);
  file.database->log = nullptr;
  std::free(file.waiting);
  return close(base);
}

// Whoever has this lock may append to the log (https://sqlite.org/walformat.html, section 2.3.1),
// and others may write where an abandoned transaction was as soon as it is given back.
int shm_lock(sqlite3_file* base, int first, int count, int flags) {
  constexpr int kWriteLock = 0;
  constexpr int kGiveBack = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;
  LogFile* file = data(base).log;
  if (file != nullptr && first == kWriteLock && flags == kGiveBack) forget(*file);
  return pass_on<&sqlite3_io_methods::xShmLock, int>(base, first, count, flags);
}

using Methods = sqlite3_io_methods;

// Version 2: without memory mapping of the database, which is not used.
constexpr Methods kDataMethods = {2,
                                  close,
                                  pass_on<&Methods::xRead>,
                                  pass_on<&Methods::xWrite>,
                                  pass_on<&Methods::xTruncate>,
                                  pass_on<&Methods::xSync>,
                                  pass_on<&Methods::xFileSize>,
                                  pass_on<&Methods::xLock>,
                                  pass_on<&Methods::xUnlock>,
                                  pass_on<&Methods::xCheckReservedLock>,
                                  pass_on<&Methods::xFileControl>,
                                  pass_on<&Methods::xSectorSize>,
                                  pass_on<&Methods::xDeviceCharacteristics>,
                                  pass_on<&Methods::xShmMap>,
                                  shm_lock,
                                  pass_on<&Methods::xShmBarrier>,
                                  pass_on<&Methods::xShmUnmap>,
                                  nullptr,
                                  nullptr};

// Version 1: shared memory is the business of the database file.
constexpr Methods kLogMethods = {1,
                                 close_log,
                                 read,
                                 write,
                                 after_writing<&Methods::xTruncate>,
                                 after_writing<&Methods::xSync>,
                                 after_writing<&Methods::xFileSize>,
                                 pass_on<&Methods::xLock>,
                                 pass_on<&Methods::xUnlock>,
                                 pass_on<&Methods::xCheckReservedLock>,
                                 pass_on<&Methods::xFileControl>,
                                 pass_on<&Methods::xSectorSize>,
                                 pass_on<&Methods::xDeviceCharacteristics>,
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
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  if (!is_log && (flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return vfs->xOpen(vfs, name, base, flags, out_flags);
  }

  auto* real = static_cast<sqlite3_file*>(std::calloc(1, static_cast<std::size_t>(vfs->szOsFile)));
  auto* waiting = is_log ? static_cast<char*>(std::malloc(kCapacity)) : nullptr;
  const int result = real == nullptr || (is_log && waiting == nullptr)
                         ? SQLITE_NOMEM
                         : vfs->xOpen(vfs, name, real, flags, out_flags);
  if (result != SQLITE_OK) {
    // A file that could not be opened has methods only if it must be closed all the same.
    if (real != nullptr && real->pMethods != nullptr) (void)real->pMethods->xClose(real);
    std::free(real);
    std::free(waiting);
    return result;
  }
  if (is_log) {
    DataFile& database = data(sqlite3_database_file_object(name));
    log(base) = LogFile{{{&kLogMethods}, real}, &database, waiting, 0, 0, false, false, 0, 0};
    database.log = &log(base);
  } else {
    data(base) = DataFile{{{&kDataMethods}, real}, nullptr};
  }
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
