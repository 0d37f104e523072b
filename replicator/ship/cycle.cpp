#include "replicator/ship/cycle.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <limits>
#include <optional>
#include <utility>

#include "replicator/ship/backoff.hpp"
#include "replicator/ship/lock.hpp"

namespace edo::shipping {

using batch::Batch;

namespace {

// The sink waits for the first slice, so that one is short. Each later slice may be kGrowth times
// as long as the one before it, since a slice takes half the time to read that it takes to ship.
constexpr std::int64_t kFirstSlice = 2500;
constexpr std::int64_t kGrowth = 2;
constexpr auto kNoEnd = std::numeric_limits<std::int64_t>::max();

// Acknowledged changes are trimmed this often, so that few are sent again after a crash.
constexpr std::chrono::seconds kTrimInterval{2};

// On a machine with few processors, a sender that waits for the reader leaves the server idle.
// Reading holds no lock that a host would wait for, so it may be slower; but much slower than this,
// the sender would wait for it.
constexpr int kReaderNiceness = 5;

// While a batch of this size is on its way no other is read, so that memory is bounded.
constexpr std::size_t kLargeBatch = std::size_t{16} << 20;

// Lowers the priority of the calling thread alone (setpriority(2), "C library/kernel differences").
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

// Reads the slices of one outbox, each in a thread of its own while the batch before it is on its
// way.
class SliceReader {
 public:
  SliceReader(source::Source& source, const source::SliceLimits& limits, std::int64_t until)
      : source_(source), limits_(limits), until_(until) {}

  void start(std::int64_t after) {
    auto limits = limits_;
    limits.changes = std::min(limits.changes, longest_);
    longest_ = std::min(limits_.changes, longest_ * kGrowth);
    reading_ = std::async(std::launch::async,
                          [this, limits, after, memory = std::exchange(spent_, {})]() mutable {
                            give_way();
                            return source_.read(after, until_, limits, std::move(memory));
                          });
  }
  // The slice that start() began; nothing if the outbox has no more.
  [[nodiscard]] std::optional<Batch> get() { return reading_.get(); }
  // The memory of a batch that was shipped, for the next slice.
  void recycle(Batch batch) { spent_ = std::move(batch); }

 private:
  source::Source& source_;
  const source::SliceLimits limits_;
  const std::int64_t until_;
  std::int64_t longest_ = kFirstSlice;
  Batch spent_;
  std::future<std::optional<Batch>> reading_;  // last, so that the thread ends first
};

// Trims what is acknowledged, in a thread and over a connection of its own. Shipping never waits
// for it: a trim that takes long leaves more to the next one. What can be trimmed at once at the
// end is left until then, unless that is far.
class Trimmer {
 public:
  Trimmer(source::Source& source, const CycleOptions& options, StoreTimeLimit& time_limit,
          std::int64_t acknowledged, std::int64_t until)
      : source_(source),
        options_(options),
        time_limit_(time_limit),
        begin_(acknowledged),
        trimmed_(acknowledged),
        until_(until) {}

  // Begins a trim in the background if it is time for one.
  void offer(std::int64_t acknowledged) {
    const auto now = std::chrono::steady_clock::now();
    const bool can_wait = until_ - trimmed_ <= tables::Outbox::kForgottenAtOnce;
    const bool busy = trimming_.valid() &&
                      trimming_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
    if (!options_.trim || busy || (can_wait && now - last_trim_ < kTrimInterval)) return;
    if (trimming_.valid()) trimming_.get();
    trimmed_ = acknowledged;
    last_trim_ = now;
    trimming_ = std::async(std::launch::async, [this, acknowledged] { trim(acknowledged); });
  }
  // Trims the rest.
  void finish(std::int64_t acknowledged) {
    if (trimming_.valid()) trimming_.get();
    if (options_.trim && acknowledged > begin_) trim(acknowledged);
  }
  void checkpoint(std::int64_t acknowledged) {
    if (options_.trim && options_.checkpoint && acknowledged > begin_) source_.checkpoint();
  }

 private:
  void trim(std::int64_t acknowledged) {
    source_.trim(acknowledged, [this] { time_limit_.progressed(); });
  }

  source::Source& source_;
  const CycleOptions& options_;
  StoreTimeLimit& time_limit_;
  const std::int64_t begin_;
  std::int64_t trimmed_;
  const std::int64_t until_;
  std::chrono::steady_clock::time_point last_trim_ = std::chrono::steady_clock::now();
  std::future<void> trimming_;  // last, so that the thread ends first
};

// What one store and one cycle have in common. Reading and trimming have a connection each.
struct StoreInCycle {
  StoreInCycle(const std::string& path, sinks::Sink& to, const CycleOptions& how,
               const Stop& stop_request)
      : sink(to),
        stop(stop_request),
        lock(path, how.lock_timeout, stop_request),
        time_limit(stop_request, how.time_limit, how.share),
        source(path, &time_limit),
        trimmed(path, &time_limit) {}

  sinks::Sink& sink;
  const Stop& stop;
  const StoreLock lock;
  StoreTimeLimit time_limit;
  source::Source source;
  source::Source trimmed;
};

// Ships what the outbox holds when it begins, and adds to `progress` what it did.
class OutboxShipping {
 public:
  OutboxShipping(StoreInCycle& store, const CycleOptions& options, Progress& progress)
      : store_(store),
        options_(options),
        progress_(progress),
        acknowledged_(options.after.value_or(store.source.outbox().watermark())),
        until_(std::min(store.source.outbox().newest(), options.until.value_or(kNoEnd))),
        reader_(store.source, options.limits, until_),
        trimmer_(store.trimmed, options, store.time_limit, acknowledged_, until_) {
    progress_.until = std::max(progress_.until, until_);
    progress_.backlog += until_ - acknowledged_;
  }

  void run() {
    try {
      reader_.start(acknowledged_);
      while (ship_next()) continue;
    } catch (const Error&) {
      trim_despite_failure();
      throw;
    }
    trimmer_.finish(acknowledged_);
    trimmer_.checkpoint(acknowledged_);
  }

 private:
  // Ships one batch while the next one is read. False: the outbox is shipped, or it is time to
  // stop.
  bool ship_next() {
    std::optional<Batch> batch = reader_.get();
    if (!batch || store_.stop.requested() || must_yield()) {
      progress_.finished = !batch.has_value();
      return false;
    }
    const bool large = batch->bytes() > kLargeBatch;
    const auto reached = batch->last_seq;
    if (!large) reader_.start(reached);
    ship(*batch);
    if (large) {
      batch.reset();
      reader_.start(reached);
    } else {
      reader_.recycle(std::move(*batch));
    }
    return true;
  }

  // Each store ships at least one batch before it yields to others.
  [[nodiscard]] bool must_yield() const {
    return options_.yields && store_.time_limit.is_over() && progress_.batches > 0;
  }

  void ship(const Batch& batch) {
    const auto sent = std::chrono::steady_clock::now();
    const sinks::Shipped shipped = ship_batch(batch, store_.sink, options_.attempts, store_.stop);
    store_.time_limit.progressed();
    progress_.last_ship = std::chrono::steady_clock::now() - sent;
    progress_.changes += batch.last_seq - acknowledged_;
    acknowledged_ = batch.last_seq;
    trimmer_.offer(acknowledged_);
    progress_.add(batch, shipped);
    progress_.elapsed = elapsed_before_ + (std::chrono::steady_clock::now() - began_);
    if (options_.on_progress) options_.on_progress(progress_);
  }

  // What was acknowledged before the failure need not be sent again. If that trim fails too, the
  // first failure is the one to report.
  void trim_despite_failure() {
    store_.time_limit.progressed();
    try {
      trimmer_.finish(acknowledged_);
    } catch (const Error&) {
    }
  }

  StoreInCycle& store_;
  const CycleOptions& options_;
  Progress& progress_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const std::chrono::steady_clock::duration elapsed_before_ = progress_.elapsed;
  std::int64_t acknowledged_;
  const std::int64_t until_;
  SliceReader reader_;
  Trimmer trimmer_;
};

}  // namespace

void Progress::add(const Batch& batch, const sinks::Shipped& shipped) {
  ++batches;
  rows += batch.rows() + batch.rejects.size();
  inserted += shipped.inserted;
  updated += shipped.updated;
  unchanged += shipped.unchanged;
  dead += shipped.dead;
  in_inbox += shipped.in_inbox;
  bytes += batch.bytes();
  bytes_sent += shipped.bytes;
}

Progress ship_store(const std::string& path, sinks::Sink& sink, const CycleOptions& options,
                    const Stop& stop) {
  const auto began = std::chrono::steady_clock::now();
  StoreInCycle store(path, sink, options, stop);
  auto& source = store.source;
  source.mark_crashed();
  Progress progress;
  CycleOptions cycle = options;
  Healer healer(source, sink, stop, store.time_limit, options.yields, options.on_healing);
  const auto ship_gap = [&](Batch batch) {
    // The receipt of an earlier import must not cover the file that this batch becomes.
    batch.last_seq = std::max(batch.last_seq, cycle.after.value_or(0));
    (void)ship_batch(batch, sink, options.attempts, stop);
    store.time_limit.progressed();
    ++progress.batches;
  };
  const bool sends =
      options.send_heartbeat || source.outbox().newest() > source.outbox().watermark();
  if (sends || source.central_record().is_healing()) healer.compare();
  for (bool more = true; more;) {
    more = healer.queue_next();
    // Rows that are sent again come behind all pending changes.
    if (healer.is_active() || healer.has_lifted()) cycle.until.reset();
    OutboxShipping(store, cycle, progress).run();
    if (options.after) cycle.after = *options.after + progress.changes;
    if (!progress.finished || !healer.is_active()) break;
    if (options.yields && store.time_limit.is_over()) {
      progress.finished = false;
      break;
    }
    if (!more) healer.close(ship_gap);
  }
  if (options.send_heartbeat && progress.finished && progress.batches == 0) {
    (void)ship_batch(source.idle(), sink, options.attempts, stop);
  }
  progress.elapsed = std::chrono::steady_clock::now() - began;
  return progress;
}

}  // namespace edo::shipping
