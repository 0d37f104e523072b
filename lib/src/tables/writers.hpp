// The writers table: who records into the store, who died doing it, and what was lost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "base/time.hpp"
#include "storage/database.hpp"

namespace edo::tables {

struct OpenWriter {
  std::int64_t id = 0;
  std::string started_at;
  base::ProcessIdentity process;
};

// The writers that have not ended, as far as the store knows; some of them may be dead.
[[nodiscard]] std::vector<OpenWriter> open_writers(storage::Database& database);

// False only when it is certain that the writer's process is gone.
[[nodiscard]] bool may_be_alive(const storage::Database& database, const OpenWriter& writer);

// Adds this process as a writer and returns its id. Forgets some that ended long ago, and before
// the oldest invocation that is left began.
[[nodiscard]] std::int64_t register_writer(storage::Database& database, base::Micros now);

// Ends the registration. What the writer left running becomes crashed, since nobody will end it.
void close_writer(storage::Database& database, std::int64_t writer, base::Micros now);

// Whether the end of what was recorded may be gone, because this machine, and not only the process
// of a writer, came to its end before the store was closed: with Durability::process the disk may
// not have had it yet. Of a copy on another machine that is never said.
[[nodiscard]] bool may_have_lost_end(storage::Database& database);

// Adds `calls` that could not be stored to the writer's account.
void add_losses(storage::Database& database, std::int64_t writer, std::uint64_t calls,
                base::Micros now, const std::string& reason);

// Records in the store what processes could only note beside it (storage/losses.hpp). What was lost
// by a writer that the store does not know is added to the account of this one. Does nothing if it
// cannot be recorded now.
void take_over_noted_losses(storage::Database& database, std::int64_t writer, base::Micros now);

struct CrashReport {
  std::uint64_t writers = 0;
  std::uint64_t invocations = 0;
  std::uint64_t events = 0;
  std::uint64_t jobs = 0;
};

// Finds writers that died without closing and turns what they left running into crashed, with a
// message that says which process it was. Cheap when there are none; harmless in any number of
// processes at once.
CrashReport mark_crashed(storage::Database& database, base::Micros now);

}  // namespace edo::tables
