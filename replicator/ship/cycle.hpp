// One cycle: ships everything that is pending in one store.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "replicator/ship/healing.hpp"
#include "replicator/ship/stop.hpp"
#include "replicator/ship/store_time_limit.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"

namespace edo::shipping {

// What a cycle has done so far.
struct Progress {
  std::int64_t changes = 0;  // outbox entries acknowledged
  std::int64_t backlog = 0;  // outbox entries when the cycle began
  std::int64_t batches = 0;
  std::size_t rows = 0;
  std::size_t inserted = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t dead = 0;      // refused by the central tables, and kept there as dead letters
  std::size_t in_inbox = 0;  // left in the inbox, to be applied
  std::size_t bytes = 0;
  std::size_t bytes_sent = 0;  // after compression, where there is any
  std::chrono::steady_clock::duration elapsed{};
  std::chrono::steady_clock::duration last_ship{};  // what the last batch took
  std::int64_t until = 0;                           // the newest outbox entry when the cycle began
  bool finished = false;  // the backlog is shipped; false: it had to stop before

  void add(const batch::Batch& batch, const sinks::Shipped& shipped);
};

struct CycleOptions {
  source::SliceLimits limits;
  // How often a batch is sent again after in_doubt or busy, with a pause from Backoff.
  int attempts = 5;
  // How long to wait for another replicator that ships this store.
  std::chrono::milliseconds lock_timeout{0};
  // Whether to send a batch without rows when nothing is pending, so that the central database
  // knows that this store is idle and not silent.
  bool send_heartbeat = false;
  std::function<void(const Progress&)> on_progress;  // after each batch
  std::function<void(const HealingStep&)> on_healing;
  // Where to begin; nothing: after the watermark.
  std::optional<std::int64_t> after;
  // How long the store may make no progress before the cycle fails.
  std::chrono::milliseconds time_limit = StoreTimeLimit::kDefault;
  // Whether to stop at the end of a batch after `share`, or after `time_limit`, because other
  // stores wait.
  bool yields = false;
  std::optional<std::chrono::milliseconds> share;
  // The last outbox entry to ship; nothing: the newest one when the cycle begins.
  std::optional<std::int64_t> until;
  // False leaves the outbox as it is: the batches have not reached the central database yet.
  bool trim = true;
  // Whether to checkpoint at the end, which waits for the disk. A recorder in this process does
  // that by itself, while it is idle.
  bool checkpoint = true;
};

// Ships the batch, and retries after in_doubt and busy. Throws the error of the last attempt.
sinks::Shipped ship_batch(const batch::Batch& batch, sinks::Sink& sink, int attempts,
                          const Stop& stop);

// Ships the changes that are pending in the store at `path` when the cycle begins. Later changes
// are left to the next cycle, so a cycle ends even when a host writes faster than the central
// database reads. While one batch is on its way, the next one is read and the one before it is
// trimmed. Slices whose rows are all deleted are sent too, so that the central database sees no
// gap.
//
// First the cycle asks what the central database has. If that is less than it has acknowledged, the
// rest is sent again (healing.hpp). Throws Error, busy if another replicator ships the store;
// changes that were acknowledged before the error stay trimmed.
Progress ship_store(const std::string& path, sinks::Sink& sink, const CycleOptions& options,
                    const Stop& stop);

}  // namespace edo::shipping
