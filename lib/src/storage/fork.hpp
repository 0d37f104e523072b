// SQLite across fork(): a child must neither touch its parent's connections nor use what they left
// in memory.
#pragma once

namespace edo::storage {

// From now on, fork() may be called while other threads are inside SQLite, and waits for none of
// them: in a child, SQLite's own locks are free, and the parent's files are forgotten.
//
// Code that finds base::fork_generation() changed must not use or close its connections any more,
// and opens its own.
void survive_forks();

}  // namespace edo::storage
