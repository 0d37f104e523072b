// Heals a central database that has less than it had acknowledged, because it was restored from a
// backup, was replaced, or failed over to a standby that lagged behind.
//
// The healer puts the rows that may be missing into the outbox again, some ten thousand at a time,
// and the cycle ships them from there. The store records the progress in the same transactions, so
// a killed process continues where it was. Meanwhile there is a gap in what the central database
// has of the store, and its mark stays in front of the gap. At the end one batch without rows
// closes it.
//
// A store can also be behind what the central database has of it, because a power cut took the end
// of its WAL. It then gives sequence numbers that the central database has already seen, so new
// changes would look old. The healer therefore lifts the outbox above those numbers: pending
// changes are sent with new numbers, and so are rows that differ in the central database.
//
// Which rows are sent again: if the sink can compare, exactly those that are missing or different.
// Otherwise those that were started or changed since the last batch before the gap was read, minus
// a day for wrong clocks, and rows that are older than the store, whose clock was wrong. Without
// that time, all rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "replicator/ship/stop.hpp"
#include "replicator/ship/store_time_limit.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"
#include "replicator/verify/rows.hpp"
#include "tables/healing.hpp"

namespace edo::shipping {

// One step of healing, for progress and logs.
struct HealingStep {
  enum class Stage { begun, continues, ended, lifted };
  Stage stage = Stage::continues;
  tables::Healing healing;
  std::int64_t rows = 0;  // in the tables that are compared
  std::optional<tables::Lost> lost;
  std::int64_t entries = 0;  // lifted outbox entries
};

// Serves one store for one cycle. Source and sink must outlive it. All calls throw Error.
class Healer {
 public:
  // It pauses on a stop request and, with `yields`, when the time limit is over.
  Healer(source::Source& source, sinks::Sink& sink, const Stop& stop, StoreTimeLimit& time_limit,
         bool yields, std::function<void(const HealingStep&)> on_step)
      : source_(source),
        sink_(sink),
        stop_(stop),
        time_limit_(time_limit),
        yields_(yields),
        on_step_(std::move(on_step)) {}

  // Asks what the central database has, and begins, continues or restarts healing, or lifts the
  // outbox.
  void compare();
  // Whether compare() lifted the outbox: its entries have other sequence numbers than before.
  [[nodiscard]] bool has_lifted() const noexcept { return lifted_; }
  [[nodiscard]] bool is_active() const noexcept { return healing_.has_value(); }
  // Puts the next rows into the outbox. Returns true if there may be more.
  bool queue_next();
  // To be called when all rows are shipped: closes the gap with a batch that goes to `ship`, and
  // ends.
  void close(const std::function<void(batch::Batch)>& ship);

 private:
  void begin(const sinks::StoreState& known, bool is_other);
  void lift(const sinks::StoreState& known);
  void report(HealingStep::Stage stage);
  void queue_chunk();
  // The ids of the next rows to send again. Moves `reached` behind the last row that was compared.
  std::vector<std::string> next_lacking(tables::Healing& reached);
  std::vector<std::string> next_since(tables::Healing& reached);
  storage::Database& rows();

  source::Source& source_;
  sinks::Sink& sink_;
  const Stop& stop_;
  StoreTimeLimit& time_limit_;
  const bool yields_;
  std::function<void(const HealingStep&)> on_step_;
  std::optional<tables::Healing> healing_;
  std::optional<storage::Database> rows_;  // opened for comparison
  std::int64_t row_count_ = 0;
  bool lifted_ = false;
  bool sink_compares_ = true;  // until it turns out that it cannot
};

}  // namespace edo::shipping
