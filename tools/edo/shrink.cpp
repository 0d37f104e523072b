#include "tools/edo/shrink.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "storage/reserve.hpp"
#include "storage/space.hpp"
#include "tools/program/progress.hpp"

namespace edo::cli {
namespace {

using std::chrono::steady_clock;

// A pause in which hosts can take the lock.
constexpr std::chrono::milliseconds kShrinkPause{1};

// Returns false if there is no more to do, or if a host never releases the lock: hosts come first.
bool shrink_once(storage::Database& database, std::uint64_t pages) {
  try {
    return storage::with_headroom(database.path(),
                                  [&] { return storage::shrink(database, pages); });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::busy) throw;
    return false;
  }
}

}  // namespace

std::uint64_t shrink(storage::Database& database, std::uint64_t keep, Output& out) {
  if (!storage::shrinks_in_steps(database)) return 0;
  ProgressBar progress("bytes", out);
  const std::uint64_t page = storage::page_bytes(database);
  const std::uint64_t before = storage::file_bytes(database);
  const std::uint64_t free_at_first = storage::free_bytes(database);
  const std::uint64_t goal = free_at_first - std::min(free_at_first, keep);
  std::uint64_t done = 0;
  storage::Step step;
  while (done < goal) {
    const auto pages = std::min(step.count(), (goal - done + page - 1) / page);
    const auto began = steady_clock::now();
    if (!shrink_once(database, pages)) break;
    step.took(steady_clock::now() - began);
    done += pages * page;
    progress(std::min(done, goal), goal);
    std::this_thread::sleep_for(kShrinkPause);
  }
  progress.clear();
  (void)storage::make_reserve(database.path());
  // The file becomes shorter with a checkpoint.
  if (done > 0) (void)database.handle().tryExec("PRAGMA wal_checkpoint(PASSIVE)");
  return before - std::min(before, storage::file_bytes(database));
}

}  // namespace edo::cli
