// Heals a centre that has less than it had acknowledged: because it was restored from a backup,
// replaced, or failed over to a standby that lagged behind.
//
// The rows that it may lack are put into the outbox again and shipped from there, some ten thousand
// at a time. How far that has come is in the store, written in the same transactions, so a process
// that is killed goes on where it was. While it lasts, the batches leave a gap in what the centre
// has of the store, and its mark stays where it is; in the end one batch without rows closes the
// gap.
//
// The other way round, a store can be behind what the centre has of it, because a power cut took
// the end of its log. The numbers that it gives are then such as the centre has seen, and what
// bears them would be taken for old. So its outbox is lifted above them, and what is in it is sent
// with new numbers, as is whatever else the centre has otherwise than the store.
//
// Which rows: where the centre can be asked, exactly those that it has not or has otherwise.
// Otherwise those that were started or changed since the last batch before the gap was read, with a
// day's margin for clocks, and those that are older than the store, whose clock was wrong; or all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "replicator/daemon/stop.hpp"
#include "replicator/daemon/turn.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"
#include "replicator/verify/rows.hpp"
#include "tables/healing.hpp"

namespace edo::daemon {

// What there is to tell.
struct HealingStep {
  enum class Stage { begun, going_on, ended, lifted };
  Stage stage = Stage::going_on;
  tables::Healing healing;
  std::int64_t rows = 0;  // that the store has, those that are looked at
  std::optional<tables::Lost> lost;
  std::int64_t lines = 0;  // that were lifted
};

// For one store and one cycle; source and sink must outlive it. All calls throw Error.
class Healer {
 public:
  // It pauses when `stop` was requested or, with `shares`, when the turn is over.
  Healer(source::Source& source, sinks::Sink& sink, const Stop& stop, Turn& turn, bool shares,
         std::function<void(const HealingStep&)> on_step)
      : source_(source),
        sink_(sink),
        stop_(stop),
        turn_(turn),
        shares_(shares),
        on_step_(std::move(on_step)) {}

  // Asks what the centre has, and begins to heal it, goes on, or begins again; or lifts the outbox.
  void compare();
  // Whether compare() did that: the numbers of its lines are others than before.
  [[nodiscard]] bool has_lifted() const noexcept { return lifted_; }
  [[nodiscard]] bool is_active() const noexcept { return healing_.has_value(); }
  // Puts the next rows into the outbox. Returns whether there may be more.
  bool queue_next();
  // All rows have been shipped: closes the gap with a batch for `ship`, and ends.
  void close(const std::function<void(batch::Batch)>& ship);

 private:
  void begin(const sinks::Known& known, bool is_other);
  void lift(const sinks::Known& known);
  void tell(HealingStep::Stage stage);
  void queue_chunk();
  // The ids of the next rows that are to be sent again; moves `reached` behind the last one looked
  // at.
  std::vector<std::string> next_lacking(tables::Healing& reached);
  std::vector<std::string> next_since(tables::Healing& reached);
  storage::Database& rows();

  source::Source& source_;
  sinks::Sink& sink_;
  const Stop& stop_;
  Turn& turn_;
  const bool shares_;
  std::function<void(const HealingStep&)> on_step_;
  std::optional<tables::Healing> healing_;
  std::optional<storage::Database> rows_;  // opened for comparison
  std::int64_t row_count_ = 0;
  bool lifted_ = false;
  bool sink_compares_ = true;  // until it is known that it does not
};

}  // namespace edo::daemon
