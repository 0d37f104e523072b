// One cycle over one store: everything that is in its outbox now goes to the sink.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "replicator/daemon/healing.hpp"
#include "replicator/daemon/stop.hpp"
#include "replicator/daemon/turn.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"

namespace edo::daemon {

// What a cycle has done so far.
struct Progress {
  std::int64_t changes = 0;  // outbox lines acknowledged
  std::int64_t backlog = 0;  // outbox lines when the cycle began
  std::int64_t batches = 0;
  std::size_t rows = 0;
  std::size_t inserted = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t dead = 0;     // refused by the centre's tables, and kept there as dead letters
  std::size_t waiting = 0;  // in the centre's inbox
  std::size_t bytes = 0;
  std::size_t bytes_sent = 0;  // after compression, where there is any
  std::chrono::steady_clock::duration elapsed{};
  std::chrono::steady_clock::duration last_ship{};  // what the last batch took
  std::int64_t until = 0;                           // the newest outbox line when the cycle began
  bool finished = false;  // the backlog is shipped; false: it had to stop before
};

struct CycleOptions {
  source::SliceLimits limits;
  // How often a batch is sent again after in_doubt or busy, with a pause from Backoff.
  int attempts = 5;
  // How long to wait for another replicator that is at this store.
  std::chrono::milliseconds lock_patience{0};
  // Whether to send a batch without rows when there is nothing to ship, so that the centre knows
  // that this store is idle and not silent.
  bool say_idle = false;
  std::function<void(const Progress&)> on_progress;  // after each batch
  std::function<void(const HealingStep&)> on_healing;
  // Where to begin; nothing: after the watermark.
  std::optional<std::int64_t> after;
  // How long the store may be read or written without a step forward; then it fails.
  std::chrono::milliseconds patience = Turn::kPatience;
  // Whether to stop where a batch ends once its turn is over, since other stores wait; and how long
  // that is, if not `patience`.
  bool shares = false;
  std::optional<std::chrono::milliseconds> turn;
  // Ends with the outbox line of this seq; nothing: with the newest when it begins.
  std::optional<std::int64_t> until;
  // False leaves the outbox as it is, since the sink is only a stop on the way to the centre.
  bool trim = true;
  // Whether to write the log into the store in the end, with its syncs. A recorder in this process
  // does that by itself, when nobody waits.
  bool checkpoint = true;
};

// Hands the batch to the sink, again after in_doubt and busy. Throws what the last attempt did.
sinks::Shipped ship_batch(const batch::Batch& batch, sinks::Sink& sink, int attempts,
                          const Stop& stop);

// Ships what the outbox of the store at `path` holds when it begins; what is recorded meanwhile is
// left to the next cycle, so it ends even when a host writes faster than the centre reads. The next
// batch is read while one is on its way. Slices whose rows are all gone are sent as well, so that
// the centre sees no gap. Before that it asks what the centre has; where that is less than it had
// acknowledged, the rest is sent again (healing.hpp). Throws Error, busy if another replicator is
// at it; what was acknowledged before stays trimmed.
Progress ship_store(const std::string& path, sinks::Sink& sink, const CycleOptions& options,
                    const Stop& stop);

}  // namespace edo::daemon
