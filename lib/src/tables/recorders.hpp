// The table `writers` of recorder entries: which processes record into the store, which have died,
// and how many calls each has dropped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "base/time.hpp"
#include "storage/database.hpp"

namespace edo::tables {

struct RecorderEntry {
  std::int64_t id = 0;
  std::string started_at;
  base::ProcessIdentity process;
};

// The entries that have not ended in the store. Some of their processes may be dead.
[[nodiscard]] std::vector<RecorderEntry> open_recorders(storage::Database& database);

// False only if the process is certainly gone.
[[nodiscard]] bool may_be_alive(const storage::Database& database, const RecorderEntry& recorder);

// Adds an entry for this process and returns its id. Deletes some entries that ended long ago,
// before the oldest invocation that is left.
[[nodiscard]] std::int64_t register_recorder(storage::Database& database, base::Micros now);

// Ends the entry. Rows that its recorder left running become crashed, since nothing will end them.
void close_recorder(storage::Database& database, std::int64_t recorder, base::Micros now);

// Whether the last rows may be missing because this machine, and not only a process, stopped before
// the store was closed: with Durability::process, the disk may not have had them. Always false for
// a copy on another machine.
[[nodiscard]] bool may_have_lost_end(storage::Database& database);

// Adds to the count of dropped calls in a recorder's entry.
void add_dropped(storage::Database& database, std::int64_t recorder, std::uint64_t calls,
                 base::Micros now, const std::string& reason);

// Records in the store what processes could only note beside it (storage/noted_drops.hpp). The
// dropped calls of a recorder that the store does not know are added to this one. Does nothing if
// the store cannot be written now.
void take_over_noted_drops(storage::Database& database, std::int64_t recorder, base::Micros now);

struct CrashReport {
  std::uint64_t recorders = 0;
  std::uint64_t invocations = 0;
  std::uint64_t events = 0;
  std::uint64_t jobs = 0;
};

// Finds recorders that died without closing. Rows that they left running become crashed, with a
// message that names the process. Cheap if there are none; any number of processes may do it at
// once.
CrashReport mark_crashed(storage::Database& database, base::Micros now);

}  // namespace edo::tables
