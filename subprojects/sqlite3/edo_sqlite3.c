/* SQLite and some functions of ours, which need what only this translation unit can see. */
#include "sqlite3.c"

/* A process loses its POSIX locks on a file when any part of it closes that file: a host that copies its
 * own store does. Locks of an open file description (fcntl(2)) go with the descriptor that SQLite keeps.
 * It keeps one for each -shm file, so these can be of that kind; for the database it keeps one for each
 * connection, and counts on their sharing locks. */
static int lock_by_description(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (command == F_SETLK || command == F_GETLK) {
    struct flock *lock = argument;
    if (lock->l_start >= UNIX_SHM_BASE && lock->l_start <= UNIX_SHM_DMS) {
      lock->l_pid = 0;
      return fcntl(file, command == F_SETLK ? F_OFD_SETLK : F_OFD_GETLK, lock);
    }
  }
  return fcntl(file, command, argument);
}

void edo_sqlite3_keep_locks(void) {
  sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
  if (vfs != 0) vfs->xSetSystemCall(vfs, "fcntl", (sqlite3_syscall_ptr)lock_by_description);
}

/* All that connections have in common is changed under these mutexes. Their order is the one in which
 * SQLite takes one while it holds another: the name of a temporary file takes random numbers, and these look
 * for a VFS when they are first taken. */
static const int shared_mutexes[] = {
    SQLITE_MUTEX_STATIC_VFS1, SQLITE_MUTEX_STATIC_PRNG, SQLITE_MUTEX_STATIC_MAIN,
    SQLITE_MUTEX_STATIC_OPEN, SQLITE_MUTEX_STATIC_VFS2, SQLITE_MUTEX_STATIC_VFS3,
    SQLITE_MUTEX_STATIC_LRU,  SQLITE_MUTEX_STATIC_PMEM, SQLITE_MUTEX_STATIC_MEM,
};
enum { SHARED_MUTEXES = sizeof shared_mutexes / sizeof *shared_mutexes };

/* A child finds what connections have in common whole, and these mutexes open, although other threads
 * may have been inside SQLite when it was forked. */
void edo_sqlite3_before_fork(void) {
  for (int i = 0; i < SHARED_MUTEXES; ++i) sqlite3_mutex_enter(sqlite3_mutex_alloc(shared_mutexes[i]));
}

/* In the parent and in the child. */
void edo_sqlite3_after_fork(void) {
  for (int i = SHARED_MUTEXES; i-- > 0;) sqlite3_mutex_leave(sqlite3_mutex_alloc(shared_mutexes[i]));
}

/* SQLite's Unix VFS remembers, for the whole process, which locks it holds on which file. A forked
 * child inherits that memory but not the locks, so a file it opens afresh would go unlocked. This
 * makes it forget, and closes the descriptors that locks would outlive the parent with. Only for a child
 * that will never again touch a connection made before the fork, and between the two functions above. */
void edo_sqlite3_forget_inherited(void) {
  for (unixInodeInfo *file = inodeList; file != 0; file = file->pNext) {
    if (file->pShmNode != 0 && file->pShmNode->hShm >= 0) close(file->pShmNode->hShm);
  }
  inodeList = 0;
}
