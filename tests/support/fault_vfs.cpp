#include "support/fault_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <new>
#include <thread>

namespace edo::testing {
namespace {

// SQLite calls C functions, so what they share is global.
struct Plan {
  std::atomic<bool> armed = false;
  std::atomic<Fault> fault = Fault::read;
  std::atomic<long> nth = 0;
  std::atomic<long> times = 0;
  std::atomic<long> calls = 0;
  std::atomic<long> failed = 0;
};
Plan plan;

// A disk that is slow: what a sync costs, and each operation that it waits for.
struct Slowness {
  std::atomic<std::int64_t> sync_us = 0;
  std::atomic<std::int64_t> operation_us = 0;
  std::atomic<std::int64_t> unsynced_operations = 0;
};
Slowness slowness;
// The kernel joins writes that follow each other in the file into operations of this size.
constexpr std::int64_t kJoined = std::int64_t{128} << 10;

sqlite3_vfs* below = nullptr;

thread_local bool spared = false;

bool fails(Fault fault) {
  if (spared || !plan.armed || plan.fault != fault) return false;
  const long call = ++plan.calls;
  if (call < plan.nth || plan.failed >= plan.times) return false;
  ++plan.failed;
  return true;
}

struct File {
  sqlite3_file base;
  sqlite3_file* real;   // behind this struct
  sqlite3_int64 end;    // of the latest write
  std::int64_t joined;  // bytes written in a row, up to there
};

void count_operation(File& file, int size, sqlite3_int64 offset) {
  if (slowness.operation_us == 0) return;
  file.joined = offset == file.end ? file.joined + size : kJoined;
  file.end = offset + size;
  if (file.joined < kJoined) return;
  file.joined = 0;
  ++slowness.unsynced_operations;
}

void wait_for_disk() {
  const std::int64_t operations = slowness.unsynced_operations.exchange(0);
  const std::int64_t wait = slowness.sync_us + operations * slowness.operation_us;
  if (!spared && wait > 0) std::this_thread::sleep_for(std::chrono::microseconds(wait));
}

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  if (fails(Fault::read)) return SQLITE_IOERR_READ;
  return real(file)->pMethods->xRead(real(file), into, size, offset);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (fails(Fault::write)) return SQLITE_IOERR_WRITE;
  count_operation(*reinterpret_cast<File*>(file), size, offset);
  const bool is_short = fails(Fault::short_write);
  const bool is_full = fails(Fault::full);
  const int result =
      real(file)->pMethods->xWrite(real(file), from, is_short || is_full ? size / 2 : size, offset);
  if (is_short) return SQLITE_IOERR_WRITE;
  return is_full ? SQLITE_FULL : result;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (fails(Fault::truncate)) return SQLITE_IOERR_TRUNCATE;
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync(sqlite3_file* file, int flags) {
  if (fails(Fault::sync)) return SQLITE_IOERR_FSYNC;
  wait_for_disk();
  return real(file)->pMethods->xSync(real(file), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}

int lock(sqlite3_file* file, int level) {
  if (fails(Fault::lock)) return SQLITE_IOERR_LOCK;
  return real(file)->pMethods->xLock(real(file), level);
}

int unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}

int check_reserved_lock(sqlite3_file* file, int* result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int file_control(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }

int device_characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  if (fails(Fault::shared_memory)) return SQLITE_IOERR_SHMMAP;
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  if ((flags & SQLITE_SHM_LOCK) != 0 && fails(Fault::lock)) return SQLITE_IOERR_SHMLOCK;
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }

int shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: without memory-mapped pages, which could not fail here.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* memory, int flags, int* flags_out) {
  auto* file = new (memory)
      File{{nullptr}, reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(memory) + 1), 0, 0};
  if (fails(Fault::open)) return SQLITE_CANTOPEN;
  const int result = below->xOpen(below, name, file->real, flags, flags_out);
  if (file->real->pMethods != nullptr) file->base.pMethods = &kMethods;
  return result;
}

int remove(sqlite3_vfs*, const char* name, int sync_directory) {
  return below->xDelete(below, name, sync_directory);
}

int access(sqlite3_vfs*, const char* name, int flags, int* result) {
  return below->xAccess(below, name, flags, result);
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* path) {
  return below->xFullPathname(below, name, size, path);
}

int randomness(sqlite3_vfs*, int size, char* bytes) {
  return below->xRandomness(below, size, bytes);
}

int sleep(sqlite3_vfs*, int microseconds) { return below->xSleep(below, microseconds); }

int current_time(sqlite3_vfs*, double* time) { return below->xCurrentTime(below, time); }

int last_error(sqlite3_vfs*, int size, char* text) {
  return below->xGetLastError(below, size, text);
}

int current_time_int64(sqlite3_vfs*, sqlite3_int64* time) {
  return below->xCurrentTimeInt64(below, time);
}

sqlite3_vfs vfs = {};

}  // namespace

std::string to_string(Fault fault) {
  switch (fault) {
    case Fault::read:
      return "read";
    case Fault::write:
      return "write";
    case Fault::short_write:
      return "short write";
    case Fault::full:
      return "full";
    case Fault::sync:
      return "sync";
    case Fault::truncate:
      return "truncate";
    case Fault::shared_memory:
      return "shared memory";
    case Fault::lock:
      return "lock";
    case Fault::open:
      return "open";
  }
  return "unknown";
}

FaultVfs::FaultVfs() {
  below = sqlite3_vfs_find(nullptr);
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  vfs.mxPathname = below->mxPathname;
  vfs.zName = "edo-fault";
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_pathname;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time_int64;
  heal();
  sqlite3_vfs_register(&vfs, 1);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(below, 1);
}

void FaultVfs::arm(Fault fault, long nth, long times) {
  plan.armed = false;
  plan.fault = fault;
  plan.nth = nth;
  plan.times = times;
  plan.calls = 0;
  plan.failed = 0;
  plan.armed = true;
}

void FaultVfs::slow_down(std::chrono::milliseconds sync, int operations_per_second) {
  slowness.sync_us = std::chrono::microseconds(sync).count();
  slowness.operation_us = 1'000'000 / operations_per_second;
}

void FaultVfs::heal() {
  plan.armed = false;
  slowness.sync_us = 0;
  slowness.operation_us = 0;
}

FaultVfs::Spared::Spared() { spared = true; }
FaultVfs::Spared::~Spared() { spared = false; }

long FaultVfs::calls() const { return plan.calls; }
long FaultVfs::failed() const { return plan.failed; }

}  // namespace edo::testing
