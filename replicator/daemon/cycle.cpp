#include "replicator/daemon/cycle.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <limits>
#include <optional>
#include <utility>

#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/lock.hpp"

namespace edo::daemon {

using batch::Batch;

namespace {

// The sink waits for the first slice, so that one is short, and each may be so many times as long
// as the one before it: a slice takes half the time to read that it takes to ship.
constexpr std::int64_t kFirstSlice = 2500;
constexpr std::int64_t kGrowth = 2;
constexpr auto kNoEnd = std::numeric_limits<std::int64_t>::max();

// What is acknowledged is trimmed this often, so that it need not be sent again after a crash.
constexpr std::chrono::seconds kTrimInterval{2};

// Where processors are few, a sender that waits for one while the next slice is read leaves the
// server without work. Reading holds no lock that a host would wait for, so it may be the slower
// one; much slower than this, it would be what the sender waits for.
constexpr int kReaderNiceness = 5;

// While a batch of this size is on its way no other is read, so that memory has a bound.
constexpr std::size_t kLargeBatch = std::size_t{16} << 20;

// Of the calling thread alone (setpriority(2), "C library/kernel differences").
void give_way() { (void)setpriority(PRIO_PROCESS, 0, kReaderNiceness); }

}  // namespace

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

namespace {

// Ships what the outbox holds when it begins, and adds to `progress` what that came to.
void ship_outbox(source::Source& source, source::Source& trimmer, sinks::Sink& sink,
                 const CycleOptions& options, const Stop& stop, Turn& turn, Progress& progress) {
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed_before = progress.elapsed;
  std::int64_t acknowledged = options.after.value_or(source.outbox().watermark());
  const std::int64_t until = std::min(source.outbox().newest(), options.until.value_or(kNoEnd));
  progress.until = std::max(progress.until, until);
  progress.backlog += until - acknowledged;
  const std::int64_t acknowledged_before = acknowledged;
  // While a batch is on its way the next one is read, and the one before it trimmed, each in a
  // thread and on a connection of its own.
  std::int64_t longest = kFirstSlice;
  Batch spent;
  const auto read_after = [&](std::int64_t after) {
    auto limits = options.limits;
    limits.lines = std::min(limits.lines, longest);
    longest = std::min(options.limits.lines, longest * kGrowth);
    return std::async(std::launch::async,
                      [&source, limits, after, until, memory = std::exchange(spent, {})]() mutable {
                        give_way();
                        return source.read(after, until, limits, std::move(memory));
                      });
  };
  auto reading = read_after(acknowledged);
  // Shipping never waits for it: a trim that takes long leaves more to the next one. What can be
  // forgotten at once in the end is left until then, unless that is far.
  std::future<void> trimming;
  std::int64_t trimmed = acknowledged;
  auto last_trim = began;
  const auto trim = [&](std::int64_t to) { trimmer.trim(to, [&turn] { turn.progressed(); }); };
  const auto trim_what_is_acknowledged = [&] {
    const auto now = std::chrono::steady_clock::now();
    const bool can_wait = until - trimmed <= tables::Outbox::kForgottenAtOnce;
    const bool busy = trimming.valid() &&
                      trimming.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
    if (!options.trim || busy || (can_wait && now - last_trim < kTrimInterval)) return;
    if (trimming.valid()) trimming.get();
    trimmed = acknowledged;
    last_trim = now;
    trimming = std::async(std::launch::async, [&trim, to = acknowledged] { trim(to); });
  };
  const auto finish_trimming = [&] {
    if (trimming.valid()) trimming.get();
    if (options.trim && acknowledged > acknowledged_before) trim(acknowledged);
  };
  try {
    for (;;) {
      std::optional<Batch> batch = reading.get();
      // At least a batch in each turn.
      const bool others_wait = options.shares && turn.is_over() && progress.batches > 0;
      if (!batch || stop.requested() || others_wait) {
        progress.finished = !batch.has_value();
        break;
      }
      const bool large = batch->bytes() > kLargeBatch;
      const auto reached = batch->last_seq;
      if (!large) reading = read_after(reached);
      const auto sent = std::chrono::steady_clock::now();
      const sinks::Shipped shipped = ship_batch(*batch, sink, options.attempts, stop);
      turn.progressed();
      progress.last_ship = std::chrono::steady_clock::now() - sent;
      ++progress.batches;
      progress.changes += batch->last_seq - acknowledged;
      acknowledged = batch->last_seq;
      trim_what_is_acknowledged();
      progress.rows += batch->rows() + batch->rejects.size();
      progress.inserted += shipped.inserted;
      progress.updated += shipped.updated;
      progress.unchanged += shipped.unchanged;
      progress.dead += shipped.dead;
      progress.waiting += shipped.waiting;
      progress.bytes += batch->bytes();
      progress.bytes_sent += shipped.bytes;
      progress.elapsed = elapsed_before + (std::chrono::steady_clock::now() - began);
      if (options.on_progress) options.on_progress(progress);
      if (large) {
        batch.reset();
        reading = read_after(reached);
      } else {
        spent = std::move(*batch);
      }
    }
  } catch (const Error&) {
    // What was acknowledged before the failure need not be sent again, so it is trimmed; a failure
    // of that is of no more interest.
    turn.progressed();
    try {
      finish_trimming();
    } catch (const Error&) {
    }
    throw;
  }
  finish_trimming();
  if (options.trim && options.checkpoint && acknowledged > acknowledged_before)
    trimmer.checkpoint();
}

}  // namespace

Progress ship_store(const std::string& path, sinks::Sink& sink, const CycleOptions& options,
                    const Stop& stop) {
  const auto began = std::chrono::steady_clock::now();
  const StoreLock lock(path, options.lock_patience, stop);
  Turn turn(stop, options.patience, options.turn);
  source::Source source(path, &turn);
  source::Source trimmer(path, &turn);
  source.mark_crashed();
  Progress progress;
  CycleOptions cycle = options;
  Healer healer(source, sink, stop, turn, options.shares, options.on_healing);
  const bool speaks = options.say_idle || source.outbox().newest() > source.outbox().watermark();
  if (speaks || source.centre().is_healing()) healer.compare();
  for (;;) {
    const bool more = healer.queue_next();
    // What is sent again comes behind all that there was.
    if (healer.is_active() || healer.has_lifted()) cycle.until.reset();
    ship_outbox(source, trimmer, sink, cycle, stop, turn, progress);
    if (options.after) cycle.after = *options.after + progress.changes;
    if (!progress.finished || !healer.is_active()) break;
    if (options.shares && turn.is_over()) {
      progress.finished = false;
      break;
    }
    if (more) continue;
    healer.close([&](Batch batch) {
      // No receipt of before may cover the file that this becomes.
      batch.last_seq = std::max(batch.last_seq, cycle.after.value_or(0));
      (void)ship_batch(batch, sink, options.attempts, stop);
      turn.progressed();
      ++progress.batches;
    });
    break;
  }
  if (options.say_idle && progress.finished && progress.batches == 0) {
    (void)ship_batch(source.idle(), sink, options.attempts, stop);
  }
  progress.elapsed = std::chrono::steady_clock::now() - began;
  return progress;
}

}  // namespace edo::daemon
