#include "recorder/eviction.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/reserve.hpp"
#include "tables/healing.hpp"

namespace edo::recorder {
namespace {

using std::chrono::steady_clock;

// Trees are shipped in the order of their age, more or less, so there is no use in looking further
// when none of the oldest may go.
constexpr std::uint64_t kLookedAtTogether = 3000;
// Calls wait behind a step, and have a wait of their own before them.
constexpr std::chrono::milliseconds kPatience{20};
// A tree is never taken to be smaller, so that a step deletes too few rather than too many.
constexpr std::uint64_t kSmallestTree = 4096;

}  // namespace

void Eviction::look(storage::Database& database) {
  if (pruning_ && pruning_->found() > 0) return;
  const std::string now = base::format_timestamp(clock_.now());
  const std::int64_t shipped = tables::CentralRecord(database).deletable();
  tables::Pruning pruning({now, now});
  pruning.find(database, kLookedAtTogether);
  if (pruning.found() == 0) pruning.find_orphans(database, kLookedAtTogether);
  shipped_ = shipped;
  found_ = pruning.found() > 0;
  pruning_.emplace(std::move(pruning));
}

std::optional<std::int64_t> Eviction::in_vain() const noexcept {
  return pruning_ && !found_ ? std::optional(shipped_) : std::nullopt;
}

void Eviction::remove(storage::Database& database, std::uint64_t excess) {
  if (!pruning_ || pruning_->found() == 0) return;
  const auto wanted = std::clamp<std::uint64_t>(excess / tree_bytes_, 1, step_.count());
  const std::uint64_t used = storage::used_bytes(database);
  const storage::Patience patience(database.busy(), kPatience);
  const auto began = steady_clock::now();
  storage::with_headroom(options_.store, [&] { (void)pruning_->remove(database, wanted); });
  (void)storage::make_reserve(options_.store);
  if (wanted == step_.count()) step_.took(steady_clock::now() - began);
  const std::uint64_t freed = used - std::min(used, storage::used_bytes(database));
  // A tree may free less than its size, or nothing, where its pages are shared: were that taken for
  // its size, the next step would delete far too many.
  tree_bytes_ = std::max<std::uint64_t>({freed / wanted, tree_bytes_ / 2, kSmallestTree});
}

}  // namespace edo::recorder
