#include "replicator/daemon/cycle.hpp"

#include <algorithm>
#include <future>
#include <optional>

#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/lock.hpp"

namespace edo::daemon {

using batch::Batch;

sinks::Shipped ship_batch(const Batch& batch, sinks::Sink& sink, int attempts, const Stop& stop) {
  Backoff backoff(std::chrono::milliseconds(100), std::chrono::seconds(5));
  for (int attempt = 1;; ++attempt) {
    try {
      return sink.ship(batch);
    } catch (const Error& error) {
      const bool again = error.kind() == ErrorKind::in_doubt || error.kind() == ErrorKind::busy;
      if (!again || attempt >= attempts || stop.wait_for(backoff.next())) throw;
    }
  }
}

Progress ship_store(const std::string& path, sinks::Sink& sink, const CycleOptions& options,
                    const Stop& stop) {
  const auto began = std::chrono::steady_clock::now();
  const StoreLock lock(path, options.lock_patience, stop);
  source::Source source(path);
  source::Source trimmer(path);
  source.mark_crashed();
  Progress progress;
  std::int64_t acknowledged = options.after.value_or(source.outbox().watermark());
  const std::int64_t until = source.outbox().newest();
  progress.backlog = until - acknowledged;
  // While a batch is on its way the next one is read, and the one before it trimmed, each in a
  // thread and on a connection of its own.
  const auto read_after = [&](std::int64_t after) {
    return std::async(std::launch::async, [&source, &options, after, until] {
      return source.read(after, until, options.limits);
    });
  };
  auto reading = read_after(acknowledged);
  std::future<void> trimming;
  try {
    for (;;) {
      const std::optional<Batch> batch = reading.get();
      if (!batch || stop.requested()) {
        progress.finished = !batch.has_value();
        break;
      }
      reading = read_after(batch->last_seq);
      sinks::Shipped shipped;
      // Rows that were deleted before they were shipped leave lines behind, but nothing to send.
      if (!batch->is_empty() || options.empty_slices) {
        const auto sent = std::chrono::steady_clock::now();
        shipped = ship_batch(*batch, sink, options.attempts, stop);
        progress.last_ship = std::chrono::steady_clock::now() - sent;
        ++progress.batches;
      }
      progress.changes += batch->last_seq - acknowledged;
      acknowledged = batch->last_seq;
      if (trimming.valid()) trimming.get();
      if (options.trim) {
        trimming = std::async(std::launch::async,
                              [&trimmer, acknowledged] { trimmer.trim(acknowledged); });
      }
      progress.rows += batch->rows() + batch->rejects.size();
      progress.inserted += shipped.inserted;
      progress.updated += shipped.updated;
      progress.unchanged += shipped.unchanged;
      progress.dead += shipped.dead;
      progress.waiting += shipped.waiting;
      progress.bytes += batch->bytes();
      progress.bytes_sent += shipped.bytes;
      progress.elapsed = std::chrono::steady_clock::now() - began;
      if (options.on_progress) options.on_progress(progress);
    }
  } catch (const Error&) {
    // What was acknowledged before the failure need not be sent again, so its trim is awaited; its
    // own failure is of no more interest.
    if (trimming.valid()) trimming.wait();
    throw;
  }
  if (trimming.valid()) {
    trimming.get();
    trimmer.checkpoint();
  }
  if (options.say_idle && progress.finished && progress.batches == 0) {
    (void)ship_batch(source.idle(), sink, options.attempts, stop);
  }
  progress.elapsed = std::chrono::steady_clock::now() - began;
  return progress;
}

}  // namespace edo::daemon
