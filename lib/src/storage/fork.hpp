// SQLite across fork(): a child must not touch its parent's connections, nor be misled by what they
// left in memory.
#pragma once

namespace edo::storage {

// From now on fork() may be called while other threads are inside SQLite, and waits for none of
// them: a child finds SQLite's own locks open, and has forgotten the parent's files.
//
// Whoever finds base::fork_generation() changed must leave the connections it has alone, without
// closing them, and open its own.
void survive_forks();

}  // namespace edo::storage
