#include "storage/fork.hpp"

#include <pthread.h>

#include <memory>

#include "storage/open_files.hpp"
#include "storage/writer_lock.hpp"

extern "C" void edo_sqlite3_forget_inherited(void);

namespace edo::storage {
namespace {

thread_local int depth = 0;

std::shared_mutex& inside() {
  static std::shared_mutex mutex;
  return mutex;
}

void before_fork() { inside().lock(); }
void after_fork_in_parent() { inside().unlock(); }
void after_fork_in_child() {
  edo_sqlite3_forget_inherited();
  WriterLock::drop_inherited();
  OpenFile::drop_inherited();
  // The lock knows its owner by a number that this thread had in the parent, so it cannot be
  // unlocked here. Nobody else is in this process who could hold it or wait for it.
  std::construct_at(&inside());
}

std::shared_mutex& guarded_mutex() {
  static const int registered =
      pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  (void)registered;
  return inside();
}

}  // namespace

// Only the outermost one has the lock: taking it again could wait for a fork that waits for the
// first.
InsideSqlite::InsideSqlite() {
  if (depth++ == 0) lock_ = std::shared_lock(guarded_mutex());
}

InsideSqlite::~InsideSqlite() { --depth; }

}  // namespace edo::storage
