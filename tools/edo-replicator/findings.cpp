#include "tools/edo-replicator/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/edo-replicator/commands.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

// A store that ships by cron is silent between its runs, and one run may fail.
constexpr int kMissedContacts = 3;

bool is_silent(const status::Heard& heard, base::Micros silent_after) {
  return heard.silence > std::max(silent_after, kMissedContacts * heard.interval.value_or(0));
}

}  // namespace

Findings central_findings(const std::string& name, const status::KnownStore& store, bool expected,
                          base::Micros silent_after) {
  Findings findings;
  const auto& [count, newest, newest_at] = store.dead_letters;
  if (count > 0) {
    findings.push_back(fmt::format(
        "{}: {} in the central database, the newest is {}; correct the rows in the store, or the "
        "central tables and run edo-replicator requeue",
        name, counted(count, "row is a dead letter", "rows are dead letters"), one_line(newest)));
  }
  if (store.inbox.failed > 0) {
    findings.push_back(fmt::format(
        "{}: {} in the inbox cannot be applied, the newest: {}; upgrade the edo-replicator that "
        "applies them, then run edo-replicator requeue",
        name, counted(store.inbox.failed, "batch", "batches"), one_line(store.inbox.newest_error)));
  }
  if (store.heard && store.reached && *store.reached < store.heard->last_seq) {
    findings.push_back(fmt::format(
        "{}: changes up to {} were acknowledged, but the central database has all of them only up "
        "to {}; edo-replicator run at the edge sends again what the store still has",
        name, store.heard->last_seq, *store.reached));
  }
  if (store.inbox.oldest_pending.value_or(0) > silent_after) {
    findings.push_back(fmt::format(
        "{}: {} in the inbox, the oldest for {}; check that edo-replicator apply is running", name,
        counted(store.inbox.pending, "batch waits", "batches wait"),
        coarse_duration_text(*store.inbox.oldest_pending)));
  } else if (expected && store.heard && is_silent(*store.heard, silent_after)) {
    findings.push_back(
        fmt::format("{}: silent for {}; check that edo-replicator run still runs there", name,
                    coarse_duration_text(store.heard->silence)));
  }
  return findings;
}

std::string describe(const std::optional<tables::Healing>& healing) {
  if (!healing) return "";
  const std::string done =
      fmt::format("{} compared and {} sent again since {}", rows_text(healing->compared),
                  grouped(healing->queued), healing->began_at);
  if (healing->reason == tables::HealingReason::asked) {
    return fmt::format("reship is running: {}", done);
  }
  return fmt::format(
      "the central database was {} and has the acknowledged changes only up to {}; edo-replicator "
      "run sends again what the store still has: {}",
      healing->reason == tables::HealingReason::replaced ? "replaced" : "restored or failed over",
      healing->after_seq, done);
}

Findings store_findings(const std::string& path, const status::StoreStatus& here,
                        const status::CentralDatabase& central, base::Micros silent_after) {
  const auto* found = central.find(here.info.store_id);
  const status::KnownStore there = found == nullptr ? status::KnownStore{} : *found;
  Findings findings = central_findings(path, there, here.pending_changes > 0, silent_after);
  const auto healing = describe(here.healing);
  if (!healing.empty()) findings.push_back(path + ": " + healing);
  if (central.reads("replication_marks") && here.watermark > there.reached.value_or(0) &&
      !here.healing) {
    findings.push_back(fmt::format(
        "{}: changes up to {} were acknowledged, but the central database has all of them only up "
        "to {}: it was restored, replaced or failed over, or exported files were not imported yet; "
        "the next edo-replicator run sends again what the store still has",
        path, here.watermark, there.reached.value_or(0)));
  }
  if (!central.reads("replication_stores")) return findings;
  const std::int64_t arrived = there.heard ? there.heard->last_seq : 0;
  if (arrived > here.newest) {
    findings.push_back(
        fmt::format("{}: the central database has changes up to {}, but the store ends at {}; "
                    "check whether an older copy replaced the store",
                    path, arrived, here.newest));
  }
  return findings;
}

}  // namespace edo::cli
