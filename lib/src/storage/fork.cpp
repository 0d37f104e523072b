#include "storage/fork.hpp"

#include <pthread.h>

#include "storage/open_files.hpp"
#include "storage/unshared.hpp"

extern "C" {
void edo_sqlite3_before_fork(void);
void edo_sqlite3_after_fork(void);
void edo_sqlite3_forget_inherited(void);
}

namespace edo::storage {
namespace {

// What connections share is changed under these locks only, so it is whole while they are held,
// and they are never held for long.
void before_fork() {
  OpenFile::before_fork();
  Unshared::before_fork();
  edo_sqlite3_before_fork();
}

void after_fork_in_parent() {
  edo_sqlite3_after_fork();
  Unshared::after_fork();
  OpenFile::after_fork();
}

void after_fork_in_child() {
  edo_sqlite3_forget_inherited();
  Unshared::drop_inherited();
  OpenFile::drop_inherited();
  after_fork_in_parent();
}

}  // namespace

void survive_forks() {
  static const int registered =
      pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  (void)registered;
}

}  // namespace edo::storage
