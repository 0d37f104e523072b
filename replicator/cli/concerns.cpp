#include "replicator/cli/concerns.hpp"

#include <fmt/format.h>

#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"

namespace edo::cli {

Concerns concerns_at_centre(const std::string& name, const status::KnownStore& store, bool expected,
                            base::Micros silent_after) {
  Concerns concerns;
  const auto& [count, newest, newest_at] = store.dead_letters;
  if (count > 0) {
    concerns.push_back(fmt::format(
        "{}: {} at the centre, the newest is {}; correct what is wrong in the store, or run "
        "edo-replicator requeue once the centre takes it",
        name, counted(count, "row is a dead letter", "rows are dead letters"), plain(newest)));
  }
  if (store.inbox.failed > 0) {
    concerns.push_back(fmt::format(
        "{}: {} in the inbox cannot be applied, the newest: {}; upgrade edo-replicator "
        "there, then run edo-replicator requeue",
        name, counted(store.inbox.failed, "batch", "batches"), plain(store.inbox.newest_error)));
  }
  if (store.inbox.oldest_pending.value_or(0) > silent_after) {
    concerns.push_back(
        fmt::format("{}: {} in the inbox, the oldest for {}; is edo-replicator apply running?",
                    name, counted(store.inbox.pending, "batch waits", "batches wait"),
                    span_text(*store.inbox.oldest_pending)));
  } else if (expected && store.heard && store.heard->silence > silent_after) {
    concerns.push_back(fmt::format(
        "{}: the centre has not heard of it for {}; is edo-replicator run still started there?",
        name, span_text(store.heard->silence)));
  }
  return concerns;
}

Concerns concerns_of(const std::string& path, const status::StoreStatus& here,
                     const status::Centre& centre, base::Micros silent_after) {
  const auto* found = centre.find(here.info.store_id);
  const status::KnownStore there = found == nullptr ? status::KnownStore{} : *found;
  Concerns concerns = concerns_at_centre(path, there, here.pending_changes > 0, silent_after);
  if (!centre.reads("replication_stores")) return concerns;
  const std::int64_t arrived = there.heard ? there.heard->last_seq : 0;
  // What is in the inbox has been acknowledged, too.
  const bool in_inbox =
      !centre.reads("replication_inbox") || there.inbox.pending + there.inbox.failed > 0;
  if (here.watermark > arrived && !in_inbox) {
    concerns.push_back(fmt::format(
        "{}: changes up to {} were acknowledged, but the centre has them only up to {}; was it "
        "restored from a backup, or are there exported files to import? run edo-replicator verify",
        path, here.watermark, arrived));
  }
  if (arrived > here.newest) {
    concerns.push_back(fmt::format(
        "{}: the centre has changes up to {}, but the store ends at {}; was the store replaced by "
        "an older copy?",
        path, arrived, here.newest));
  }
  return concerns;
}

}  // namespace edo::cli
