#include "tools/edo-replicator/progress.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {
namespace {

constexpr std::chrono::milliseconds kOnTerminal{100};
constexpr std::chrono::milliseconds kInLog{10'000};

double seconds(const shipping::Progress& progress) {
  return std::chrono::duration<double>(progress.elapsed).count();
}

std::int64_t rows_per_second(const shipping::Progress& progress) {
  return static_cast<std::int64_t>(static_cast<double>(progress.rows) /
                                   std::max(seconds(progress), 0.001));
}

}  // namespace

ShipProgress::ShipProgress(Output& out)
    : line_(out), next_(std::chrono::steady_clock::now() + interval()) {}

std::chrono::milliseconds ShipProgress::interval() const {
  return line_.is_visible() ? kOnTerminal : kInLog;
}

void ShipProgress::show(const std::string& store, const shipping::Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  const bool complete = progress.changes >= progress.backlog;
  if (now < next_ && !(line_.is_visible() && complete)) return;
  next_ = now + interval();
  const auto percent = progress.backlog > 0
                           ? std::min<std::int64_t>(100, progress.changes * 100 / progress.backlog)
                           : 100;
  show(fmt::format("{}: {} of {} changes ({} %), {} rows/s", store, grouped(progress.changes),
                   grouped(progress.backlog), percent, grouped(rows_per_second(progress))));
}

void ShipProgress::show(const std::string& store, const shipping::HealingStep& step) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + interval();
  show(store + ": " + describe(step));
}

void ShipProgress::show(const std::string& text) {
  if (line_.is_visible()) {
    line_.show(text);
  } else {
    spdlog::info("{}", text);
  }
}

std::string describe(const shipping::HealingStep& step) {
  using Stage = shipping::HealingStep::Stage;
  if (step.stage == Stage::lifted) {
    return fmt::format(
        "the store is older than its rows in the central database, as after a power cut; {} "
        "changes are sent with new numbers, and so are rows that differ there",
        grouped(step.entries));
  }
  const auto& healing = step.healing;
  const bool asked = healing.reason == tables::HealingReason::asked;
  std::string text;
  if (step.stage == Stage::begun) {
    text = fmt::format(
        "the central database {}: it has all changes only up to {} of the {} that were "
        "acknowledged; sending the missing rows again",
        healing.reason == tables::HealingReason::replaced ? "was replaced"
                                                          : "was restored or failed over",
        healing.after_seq, healing.until_seq);
  } else {
    text = fmt::format("{}{} of {} compared, {} sent again",
                       step.stage == Stage::ended ? (asked ? "reshipped: " : "healed: ") : "",
                       grouped(healing.compared), rows_text(step.rows), grouped(healing.queued));
  }
  if (step.lost && step.stage != Stage::continues && !asked) {
    text += fmt::format("; rows started {}up to {} were deleted here and cannot be sent",
                        step.lost->after ? "after " + *step.lost->after + " and " : "",
                        step.lost->until);
  }
  return text;
}

void add(shipping::Progress& total, const shipping::Progress& later) {
  // The later backlog does not include the changes that were acknowledged before.
  total.backlog = total.changes + later.backlog;
  total.changes += later.changes;
  total.batches += later.batches;
  total.rows += later.rows;
  total.inserted += later.inserted;
  total.updated += later.updated;
  total.unchanged += later.unchanged;
  total.dead += later.dead;
  total.in_inbox += later.in_inbox;
  total.bytes += later.bytes;
  total.bytes_sent += later.bytes_sent;
  total.elapsed += later.elapsed;
  total.last_ship = later.last_ship;
  total.until = std::max(total.until, later.until);
  total.finished = later.finished;
}

std::string summary(const shipping::Progress& progress) {
  if (progress.changes == 0) return "nothing to ship";
  const auto rows = [](std::size_t count) { return grouped(static_cast<std::int64_t>(count)); };
  const std::string fate = progress.in_inbox > 0
                               ? "waiting in the inbox"
                               : fmt::format("{} new, {} newer, {} known", rows(progress.inserted),
                                             rows(progress.updated), rows(progress.unchanged));
  return fmt::format("{} ({}) of {} in {}, {:.1f} s, {} rows/s",
                     rows_text(static_cast<std::int64_t>(progress.rows)), fate,
                     counted(progress.changes, "change", "changes"),
                     counted(progress.batches, "batch", "batches"), seconds(progress),
                     grouped(rows_per_second(progress)));
}

}  // namespace edo::cli
