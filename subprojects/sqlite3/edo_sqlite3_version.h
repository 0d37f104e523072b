/* Comes first in everything that may use SQLite. A header of another version can lack one name and
 * differ in a hundred constants, so only comparing the versions finds it. */
#include <sqlite3.h>

#if SQLITE_VERSION_NUMBER != EDO_SQLITE_VERSION_NUMBER
#error "sqlite3.h is not the pinned one: another directory with that file comes first"
#endif
