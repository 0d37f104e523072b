#include "recorder/size_limit.hpp"

#include "storage/space.hpp"
#include "tables/healing.hpp"

namespace edo::recorder {
namespace {

// Not every so many commits: after an outage, one commit may have a thousand calls.
constexpr std::uint64_t kCallsBetweenChecks = 64;

std::uint64_t most_of(std::uint64_t bytes) { return bytes / 10 * 9; }

}  // namespace

bool SizeLimit::may_delete_more(storage::Database& database) const {
  const std::int64_t shipped = tables::CentralRecord(database).deletable();
  // A host that has never shipped has nothing to delete, and refuses at once. Otherwise the
  // maintenance thread has to look, and the host records on until it has.
  return shipped > 0 && shipped != nothing_left_at_;
}

bool SizeLimit::check(storage::Database& database, std::uint64_t calls) {
  if (options_.max_store_bytes == 0 || calls < check_at_) return false;
  check_at_ = calls + kCallsBetweenChecks;
  if (storage::used_bytes(database) <= options_.max_store_bytes) {
    reached_ = false;
    return false;
  }
  if (options_.when_full == WhenFull::refuse) {
    reached_ = true;
    return false;
  }
  must_prune_ = may_delete_more(database);
  reached_ = !must_prune_;
  goal_ = most_of(options_.max_store_bytes);
  return must_prune_;
}

void SizeLimit::prune_for_disk(storage::Database& database) {
  if (options_.when_full != WhenFull::keep_newest || must_prune_) return;
  try {
    if (!may_delete_more(database)) return;
    goal_ = most_of(storage::used_bytes(database));
    must_prune_ = true;
  } catch (const Error&) {
    // It is tried again with the calls that wait.
  }
}

void SizeLimit::prune(Session* session, Reports& reports) {
  must_prune_ = false;
  if (session == nullptr) return;
  try {
    const std::uint64_t used = storage::used_bytes(session->database());
    if (used <= goal_) return;
    if (const auto shipped = eviction_.in_vain()) {
      nothing_left_at_ = *shipped;
      return;
    }
    must_prune_ = true;
    eviction_.remove(session->database(), used - goal_);
  } catch (const Error& failure) {
    if (failure.kind() == ErrorKind::busy) return;  // Its next step comes soon.
    must_prune_ = false;
    reports.push_back(failure);
  }
}

}  // namespace edo::recorder
