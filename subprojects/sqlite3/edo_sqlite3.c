/* SQLite and two functions of ours, which need what only this translation unit can see. */
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

/* SQLite's Unix VFS remembers, for the whole process, which locks it holds on which file. A forked
 * child inherits that memory but not the locks, so a file it opens afresh would go unlocked. This
 * makes it forget, and closes the descriptors that locks would outlive the parent with. Only for a child
 * that will never again touch a connection made before the fork, and only while no other thread is inside
 * SQLite. */
void edo_sqlite3_forget_inherited(void) {
  for (unixInodeInfo *file = inodeList; file != 0; file = file->pNext) {
    if (file->pShmNode != 0 && file->pShmNode->hShm >= 0) close(file->pShmNode->hShm);
  }
  inodeList = 0;
}
