#include "replicator/ship/healing.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/time.hpp"

namespace edo::shipping {
namespace {

// Entries that are put into the outbox before they are shipped; the store grows by some megabytes.
constexpr std::int64_t kQueuedTogether = 20'000;
// Rows that are compared together and written in one transaction, which a host may have to wait
// for.
constexpr std::int64_t kChunk = 2000;
constexpr std::chrono::milliseconds kPause{1};
// Clocks of edges may be wrong by this much, and no row is missed.
constexpr base::Micros kMargin = 86'400'000'000;

bool has_updates(const tables::Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const tables::Column& column) { return column.name == "updated_at"; });
}

std::optional<std::string> as_text(std::optional<base::Micros> time) {
  if (!time) return std::nullopt;
  return base::format_timestamp(*time);
}

}  // namespace

void Healer::compare() {
  auto record = source_.central_record();
  healing_ = record.healing();
  const auto known = sink_.state(source_.info().store_id);
  time_limit_.progressed();
  if (!known) {
    // A reship request needs no comparison.
    if (healing_ && healing_->reason != tables::HealingReason::asked) healing_.reset();
  } else {
    const auto before = record.centre_id();
    const bool is_other = before && *before != known->centre_id;
    if (!is_other && source_.may_be_behind(known->reached)) lift(*known);
    const bool has_all = known->reached >= source_.outbox().watermark();
    const bool goes_on = healing_ && healing_->reason != tables::HealingReason::asked &&
                         !is_other && known->reached >= healing_->after_seq;
    if (!has_all && !goes_on) {
      begin(*known, is_other);
    } else if (has_all && healing_ && healing_->reason != tables::HealingReason::asked) {
      record.end();
      report(HealingStep::Stage::ended);
      healing_.reset();
    }
    if (has_all && (!before || is_other)) record.set_centre_id(known->centre_id);
  }
  if (!healing_) return;
  for (const auto& table : tables::tables()) {
    // The condition makes SQLite visit each row, so that it can be interrupted.
    row_count_ += rows()
                      .integer("SELECT count(*) FROM " + std::string(table.name) + " WHERE id > ''")
                      .value_or(0);
    time_limit_.progressed();
  }
}

void Healer::begin(const sinks::StoreState& known, bool is_other) {
  tables::Healing next;
  next.began_at = base::format_timestamp(base::Clock::system().now());
  next.reason = is_other ? tables::HealingReason::replaced : tables::HealingReason::restored;
  next.after_seq = known.reached;
  next.until_seq = source_.outbox().watermark();
  const bool all_were_asked_for = healing_ && !healing_->only_lacking && !healing_->since;
  next.only_lacking = !all_were_asked_for;
  if (known.complete_until && !all_were_asked_for)
    next.since = as_text(*known.complete_until - kMargin);
  source_.central_record().begin(next, known.centre_id, as_text(known.complete_until));
  healing_ = source_.central_record().healing();
  report(HealingStep::Stage::begun);
}

// Later changes are in the outbox. Changes that the power cut took are not, so comparison finds
// their rows.
void Healer::lift(const sinks::StoreState& known) {
  HealingStep step;
  step.stage = HealingStep::Stage::lifted;
  step.entries = source_.outbox().lift(known.reached);
  lifted_ = true;
  time_limit_.progressed();
  tables::Healing next;
  next.began_at = base::format_timestamp(base::Clock::system().now());
  next.reason = tables::HealingReason::asked;
  next.after_seq = next.until_seq = known.reached;
  if (known.complete_until) next.since = as_text(*known.complete_until - kMargin);
  source_.central_record().begin(next, std::nullopt, std::nullopt);
  healing_ = source_.central_record().healing();
  if (on_step_) on_step_(step);
}

void Healer::report(HealingStep::Stage stage) {
  if (on_step_ && healing_)
    on_step_({stage, *healing_, row_count_, source_.central_record().lost(), 0});
}

storage::Database& Healer::rows() {
  if (!rows_) rows_.emplace(verify::open_for_comparison(source_.path(), &time_limit_));
  return *rows_;
}

bool Healer::queue_next() {
  if (!healing_) return false;
  const std::int64_t enough = healing_->queued + kQueuedTogether;
  const auto has_more = [&] {
    return healing_->table < tables::kTableCount && healing_->queued < enough && !stop_.requested();
  };
  // Each store queues at least one chunk before it yields.
  for (bool more = has_more(); more; more = has_more() && !(yields_ && time_limit_.is_over())) {
    queue_chunk();
    time_limit_.progressed();
    report(HealingStep::Stage::continues);
    std::this_thread::sleep_for(kPause);
  }
  return healing_->table < tables::kTableCount;
}

void Healer::queue_chunk() {
  tables::Healing reached = *healing_;
  const auto compared_before = reached.compared;
  std::vector<std::string> ids;
  if (reached.only_lacking && sink_compares_) {
    ids = next_lacking(reached);
    // The sink cannot compare, so these rows are read again without it.
    if (!sink_compares_) return;
  } else {
    ids = next_since(reached);
  }
  reached.queued += static_cast<std::int64_t>(ids.size());
  source_.central_record().queue(reached, ids);
  if (reached.compared == compared_before) {
    ++reached.table;
    reached.last_id.clear();
    source_.central_record().queue(reached, {});
  }
  healing_ = std::move(reached);
}

std::vector<std::string> Healer::next_lacking(tables::Healing& reached) {
  verify::StoreTable table(rows(), reached.table);
  table.continue_after(reached.last_id);
  verify::ChunkLimits limits;
  limits.rows = kChunk;
  const auto chunk = table.next(limits);
  std::vector<std::string> ids;
  if (chunk.empty()) return ids;
  const auto lacking = sink_.lacking(source_.info().store_id, reached.table, chunk);
  time_limit_.progressed();
  if (!lacking) {
    sink_compares_ = false;
    return ids;
  }
  // A row that is a dead letter is sent too: the dead letter may hold an older version.
  for (const auto& found : lacking->rows) {
    const auto& row = chunk[found.row];
    if (!found.missing || !table.is_removed(row, lacking->retention)) ids.push_back(row.id);
  }
  reached.last_id = chunk.back().id;
  reached.compared += static_cast<std::int64_t>(chunk.size());
  return ids;
}

std::vector<std::string> Healer::next_since(tables::Healing& reached) {
  const auto& table = tables::tables()[reached.table];
  const std::string changed =
      !reached.since ? "1"
                     : "created_at >= ?2 OR created_at < (SELECT created_at FROM store)" +
                           std::string(has_updates(table) ? " OR updated_at >= ?2" : "");
  std::vector<std::string> ids;
  try {
    SQLite::Statement query(rows().handle(), "SELECT id, " + changed + " FROM " +
                                                 std::string(table.name) +
                                                 " WHERE id > ?1 ORDER BY id LIMIT ?3");
    query.bind(1, reached.last_id);
    if (reached.since) query.bind(2, *reached.since);
    query.bind(3, kChunk);
    while (query.executeStep()) {
      reached.last_id = query.getColumn(0).getString();
      ++reached.compared;
      if (query.getColumn(1).getInt() == 1) ids.push_back(reached.last_id);
    }
  } catch (const SQLite::Exception& failure) {
    throw rows().error("read", failure);
  }
  return ids;
}

void Healer::close(const std::function<void(batch::Batch)>& ship) {
  if (healing_->after_seq < healing_->until_seq) {
    batch::Batch gap = source_.idle();
    gap.first_seq = healing_->after_seq + 1;
    gap.last_seq = healing_->until_seq;
    const auto is_closed = [&](const sinks::StoreState& known) {
      return known.reached >= healing_->until_seq;
    };
    // The central database may have been replaced again since compare().
    auto known = sink_.state(source_.info().store_id);
    time_limit_.progressed();
    if (!known) {
      ship(gap);
    } else if (known->centre_id == source_.central_record().centre_id() &&
               known->reached >= healing_->after_seq && !is_closed(*known)) {
      ship(gap);
      known = sink_.state(source_.info().store_id);
      time_limit_.progressed();
    }
    if (known && !is_closed(*known)) return;  // the next cycle compares
  }
  source_.central_record().end();
  report(HealingStep::Stage::ended);
  healing_.reset();
}

}  // namespace edo::shipping
