/* SQLite and one function of ours, which needs what only this translation unit can see. */
#include "sqlite3.c"

/* SQLite's Unix VFS remembers, for the whole process, which locks it holds on which file. A forked
 * child inherits that memory but not the locks, so a file it opens afresh would go unlocked. This
 * makes it forget. Only for a child that will never again touch a connection made before the fork,
 * and only while no other thread is inside SQLite. */
void edo_sqlite3_forget_inherited(void) { inodeList = 0; }
