#include "replicator/ship/shipper.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/signals_blocked.hpp"
#include "replicator/postgres/target.hpp"
#include "replicator/ship/backoff.hpp"
#include "replicator/ship/cycle.hpp"
#include "replicator/ship/maintenance.hpp"
#include "replicator/ship/stop.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"

namespace edo::shipping {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a statement may still run when a flush gives up or the process ends.
constexpr milliseconds kStopGrace{250};
// So that a pause of 0 does not become a busy loop.
constexpr milliseconds kShortestPause{20};
constexpr milliseconds kLongestPause{60'000};
// How long to wait for another replicator that ships the same store.
constexpr milliseconds kLockTimeout{1000};
// How often an idle store sends a heartbeat.
constexpr milliseconds kHeartbeat{60'000};

// During a pause no call waits for an unreachable central database. So the first pause is at least
// `delay` and at most twice that: pauses are drawn from the upper half of their bounds.
Backoff pauses(milliseconds delay) {
  const milliseconds first = 2 * std::max(delay, kShortestPause);
  return Backoff(first, std::max(first, kLongestPause),
                 [engine = std::mt19937(std::random_device{}())]() mutable {
                   return std::uniform_real_distribution<double>(0.5, 1)(engine);
                 });
}

}  // namespace

class Shipper::Work {
 public:
  Work(const Options& options, ShipperEvents events)
      : store_(options.store),
        central_(options.central_database),
        target_(postgres::target_of(options.central_database)),
        events_(std::move(events)),
        backoff_(pauses(central_.retry_delay)) {
    cycle_.limits.changes = static_cast<std::int64_t>(central_.batch_size);
    cycle_.lock_timeout = kLockTimeout;
    cycle_.checkpoint = false;
    cycle_.on_progress = [this](const Progress&) { moved_.store(true); };
    renew();
    // Changes of an earlier process are shipped at once.
    if (is_background()) due_ = steady_clock::now();
  }

  void run() {
    auto maintenance = start_maintenance();
    std::unique_lock lock(mutex_);
    while (wait_until_due(lock)) {
      // A flush that comes during a ship is for later changes, so the ship does not answer it.
      const std::vector<std::uint64_t> served = waiting_;
      due_.reset();
      moved_.store(false);
      shipping_ = true;
      lock.unlock();
      const auto progress = ship();
      lock.lock();
      shipping_ = false;
      settle(progress, served);
    }
    lock.unlock();
    maintenance.reset();
    lock.lock();
    stopped_ = true;
    changed_.notify_all();
  }

  void nudge() {
    const std::lock_guard lock(mutex_);
    if (is_background() || failures_ > 0) return;  // The next ship is scheduled already.
    due_ = std::max(steady_clock::now(), rests_until_);
    changed_.notify_all();
  }

  std::uint64_t flush() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t id = ++last_flush_;
    const auto now = steady_clock::now();
    // A ship that made no progress and was given up will fail.
    const bool in_vain = shipping_ && stop_->requested() && !moved_.load();
    if (stopping_ || in_vain || now < rests_until_) {
      events_.on_flushed(id, false);
      return id;
    }
    waiting_.push_back(id);
    due_ = now;
    changed_.notify_all();
    return id;
  }

  void give_up(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    std::erase(waiting_, id);
    if (!waiting_.empty() || is_background()) return;
    stop_->request();
    if (failures_ == 0) due_.reset();
  }

  void stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    stop_->request();
    changed_.notify_all();
    changed_.wait_for(lock, Shipper::kStopTimeout, [this] { return stopped_; });
  }

 private:
  [[nodiscard]] bool is_background() const { return central_.replicate == Replicate::background; }

  // Maintenance of the central database, which no ship waits for. Never throws.
  std::unique_ptr<Maintenance> start_maintenance() {
    if (!is_background() || central_.transport == Transport::inbox) return nullptr;
    MaintenanceOptions options{target_, central_.schema};
    options.stop_grace = kStopGrace;
    try {
      return std::make_unique<Maintenance>(std::move(options), [this](const auto& failure) {
        if (failure.is_new) events_.on_error(failure.error);
      });
    } catch (const std::exception& error) {
      failed(Error(ErrorKind::io, "maintain", "the central database", error.what()));
      return nullptr;
    }
  }

  // False on a stop request.
  bool wait_until_due(std::unique_lock<std::mutex>& lock) {
    while (!stopping_) {
      if (!due_) {
        changed_.wait(lock);
      } else if (steady_clock::now() < *due_) {
        changed_.wait_until(lock, steady_clock::time_point(*due_));
      } else {
        return true;
      }
    }
    return false;
  }

  // A stop request cannot be taken back, so this makes a new Stop, and a sink that uses it.
  void renew() {
    auto stop = std::make_unique<Stop>();
    const postgres::ConnectOptions connect{stop->descriptor(), kStopGrace};
    if (central_.transport == Transport::inbox) {
      sink_ = std::make_unique<sinks::InboxSink>(target_, central_.schema, batch::EncodeOptions{},
                                                 connect);
    } else {
      sink_ = std::make_unique<sinks::DirectSink>(target_, central_.schema, connect);
    }
    stop_ = std::move(stop);
  }

  // Nothing if the ship failed or was interrupted. Never throws.
  std::optional<Progress> ship() {
    auto options = cycle_;
    options.send_heartbeat = is_background() && steady_clock::now() - heard_at_ >= kHeartbeat;
    try {
      {
        const std::lock_guard lock(mutex_);
        if (stop_->requested() && !stopping_) renew();
      }
      sink_->prepare();
      const auto progress = ship_store(store_, *sink_, options, *stop_);
      if (!progress.finished) return std::nullopt;
      if (progress.batches > 0 || options.send_heartbeat) heard_at_ = steady_clock::now();
      reported_.clear();
      return progress;
    } catch (const Error& error) {
      failed(error);
    } catch (const std::exception& error) {
      failed(Error(ErrorKind::io, "ship", store_, error.what()));
    }
    return std::nullopt;
  }

  void failed(const Error& error) {
    if (stop_->requested()) return;
    away_ = error.kind() == ErrorKind::unavailable;
    if (std::exchange(reported_, error.what()) != error.what()) events_.on_error(error);
  }

  // Answers the flushes that began before the ship, or schedules the next attempt.
  void settle(const std::optional<Progress>& progress, const std::vector<std::uint64_t>& served) {
    const bool interrupted = !progress && stop_->requested();
    // A ship that was interrupted while it made progress is not a failure of the central database.
    const bool in_vain = !progress && !(interrupted && moved_.load());
    const milliseconds pause =
        in_vain ? backoff_.next() : std::max(central_.flush_interval, kShortestPause);
    if (!in_vain) backoff_.reset();
    const auto now = steady_clock::now();
    rests_until_ = in_vain ? now + pause : steady_clock::time_point{};
    failures_ = progress || interrupted ? 0 : failures_ + 1;
    const bool patient = central_.retry_attempts < 0 || failures_ <= central_.retry_attempts;
    // A function that ends does not wait for an unreachable central database; in the background a
    // flush waits for the next attempt.
    const bool hopeless = in_vain && away_ && !is_background();
    if (progress || !patient || hopeless) {
      for (const std::uint64_t id : hopeless ? std::vector(waiting_) : served) {
        if (std::erase(waiting_, id) > 0) events_.on_flushed(id, progress.has_value());
      }
    }
    if (!patient) failures_ = 0;
    const bool again = is_background() || !waiting_.empty() || failures_ > 0;
    if (again && !due_) due_ = now + pause;
    // A ship that was requested meanwhile waits for the next attempt too.
    if (due_) due_ = std::max(*due_, rests_until_);
  }

  const std::string store_;
  const CentralDatabase central_;
  const postgres::Target target_;
  const ShipperEvents events_;
  CycleOptions cycle_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<steady_clock::time_point> due_;  // when to ship next; nothing: on request
  steady_clock::time_point rests_until_{};       // after a failure
  std::vector<std::uint64_t> waiting_;           // flushes that are not answered yet
  std::uint64_t last_flush_ = 0;
  bool shipping_ = false;
  std::atomic<bool> moved_ = false;  // the running ship has made progress
  bool stopping_ = false;
  bool stopped_ = false;
  std::unique_ptr<Stop> stop_;  // replaced only between ships

  // Used by the thread alone.
  std::unique_ptr<sinks::Sink> sink_;
  Backoff backoff_;
  int failures_ = 0;      // in a row
  bool away_ = false;     // the last failure: the central database was unreachable
  std::string reported_;  // the last error
  steady_clock::time_point heard_at_{};
};

Shipper::Shipper(const Options& options, ShipperEvents events)
    : work_(std::make_shared<Work>(options, std::move(events))) {}

Shipper::~Shipper() = default;

void Shipper::start() {
  const base::SignalsBlocked blocked;
  std::thread([work = work_] { work->run(); }).detach();
}

void Shipper::nudge() noexcept { work_->nudge(); }
std::uint64_t Shipper::flush() { return work_->flush(); }
void Shipper::give_up(std::uint64_t id) noexcept { work_->give_up(id); }
void Shipper::stop() noexcept { work_->stop(); }

}  // namespace edo::shipping
