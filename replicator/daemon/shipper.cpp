#include "replicator/daemon/shipper.hpp"

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
#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/cycle.hpp"
#include "replicator/daemon/stop.hpp"
#include "replicator/daemon/upkeep.hpp"
#include "replicator/postgres/target.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"

namespace edo::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What a statement is given when a flush gives up or the process ends.
constexpr milliseconds kStopGrace{250};
// So that a pause of 0 does not keep a processor busy.
constexpr milliseconds kShortestPause{20};
constexpr milliseconds kLongestPause{60'000};
// What another replicator that is at the same store is given to finish.
constexpr milliseconds kLockPatience{1000};
// How often an idle store says that it is there.
constexpr milliseconds kHeartbeat{60'000};

// In each pause nobody waits for a centre that is away. So the first is at least `delay`, and at
// most twice that: pauses are drawn from the upper half of their bounds.
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
        centre_(options.central_database),
        target_(postgres::target_of(options.central_database)),
        events_(std::move(events)),
        backoff_(pauses(centre_.retry_delay)) {
    cycle_.limits.lines = static_cast<std::int64_t>(centre_.batch_size);
    cycle_.lock_patience = kLockPatience;
    cycle_.checkpoint = false;
    cycle_.on_progress = [this](const Progress&) { moved_.store(true); };
    renew();
    // What an earlier process has left need not wait.
    if (is_background()) due_ = steady_clock::now();
  }

  void run() {
    auto upkeep = start_upkeep();
    std::unique_lock lock(mutex_);
    while (wait_until_due(lock)) {
      // A flush that comes while a ship is on its way is for what that one may have missed.
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
    upkeep.reset();
    lock.lock();
    stopped_ = true;
    changed_.notify_all();
  }

  void nudge() {
    const std::lock_guard lock(mutex_);
    if (is_background() || failures_ > 0) return;  // Its time will come.
    due_ = std::max(steady_clock::now(), rests_until_);
    changed_.notify_all();
  }

  std::uint64_t flush() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t id = ++last_flush_;
    const auto now = steady_clock::now();
    // One that gets nowhere and was given up ends in a failure.
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
    changed_.wait_for(lock, Shipper::kStopPatience, [this] { return stopped_; });
  }

 private:
  [[nodiscard]] bool is_background() const { return centre_.replicate == Replicate::background; }

  // What the centre needs besides, which no ship waits for. Never throws.
  std::unique_ptr<Upkeep> start_upkeep() {
    if (!is_background() || centre_.transport == Transport::inbox) return nullptr;
    UpkeepOptions options{target_, centre_.schema};
    options.stop_grace = kStopGrace;
    try {
      return std::make_unique<Upkeep>(std::move(options), [this](const auto& failure) {
        if (failure.is_news) events_.on_error(failure.error);
      });
    } catch (const std::exception& error) {
      failed(Error(ErrorKind::io,
                   std::string("do maintenance of the central database: ") + error.what()));
      return nullptr;
    }
  }

  // False when it is time to end instead.
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

  // A stop cannot be taken back, so after one there is another, and a sink that knows it.
  void renew() {
    auto stop = std::make_unique<Stop>();
    const postgres::ConnectOptions connect{stop->descriptor(), kStopGrace};
    if (centre_.transport == Transport::inbox) {
      sink_ = std::make_unique<sinks::InboxSink>(target_, centre_.schema, batch::EncodeOptions{},
                                                 connect);
    } else {
      sink_ = std::make_unique<sinks::DirectSink>(target_, centre_.schema, connect);
    }
    stop_ = std::move(stop);
  }

  // Nothing if it failed, or was interrupted. Never throws.
  std::optional<Progress> ship() {
    auto options = cycle_;
    options.say_idle = is_background() && steady_clock::now() - spoke_at_ >= kHeartbeat;
    try {
      {
        const std::lock_guard lock(mutex_);
        if (stop_->requested() && !stopping_) renew();
      }
      sink_->prepare();
      const auto progress = ship_store(store_, *sink_, options, *stop_);
      if (!progress.finished) return std::nullopt;
      if (progress.batches > 0 || options.say_idle) spoke_at_ = steady_clock::now();
      told_.clear();
      return progress;
    } catch (const Error& error) {
      failed(error);
    } catch (const std::exception& error) {
      failed(Error(ErrorKind::io, "ship " + store_ + ": " + error.what()));
    }
    return std::nullopt;
  }

  void failed(const Error& error) {
    if (stop_->requested()) return;
    away_ = error.kind() == ErrorKind::unavailable;
    if (std::exchange(told_, error.what()) != error.what()) events_.on_error(error);
  }

  // Answers the flushes that began before the ship, or sees to the next try.
  void settle(const std::optional<Progress>& progress, const std::vector<std::uint64_t>& served) {
    const bool interrupted = !progress && stop_->requested();
    // A ship that was interrupted although it got on is no reason to leave the centre alone.
    const bool in_vain = !progress && !(interrupted && moved_.load());
    const milliseconds pause =
        in_vain ? backoff_.next() : std::max(centre_.flush_interval, kShortestPause);
    if (!in_vain) backoff_.reset();
    const auto now = steady_clock::now();
    rests_until_ = in_vain ? now + pause : steady_clock::time_point{};
    failures_ = progress || interrupted ? 0 : failures_ + 1;
    const bool patient = centre_.retry_attempts < 0 || failures_ <= centre_.retry_attempts;
    // A function that ends waits for no centre that is away; in the background a flush may hope for
    // the next try.
    const bool hopeless = in_vain && away_ && !is_background();
    if (progress || !patient || hopeless) {
      for (const std::uint64_t id : hopeless ? std::vector(waiting_) : served) {
        if (std::erase(waiting_, id) > 0) events_.on_flushed(id, progress.has_value());
      }
    }
    if (!patient) failures_ = 0;
    const bool again = is_background() || !waiting_.empty() || failures_ > 0;
    if (again && !due_) due_ = now + pause;
    // What came while it was on its way waits for the next try as well.
    if (due_) due_ = std::max(*due_, rests_until_);
  }

  const std::string store_;
  const CentralDatabase centre_;
  const postgres::Target target_;
  const ShipperEvents events_;
  CycleOptions cycle_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<steady_clock::time_point> due_;  // when to ship next; nothing: when asked to
  steady_clock::time_point rests_until_{};       // after a failure
  std::vector<std::uint64_t> waiting_;           // flushes without an answer
  std::uint64_t last_flush_ = 0;
  bool shipping_ = false;
  std::atomic<bool> moved_ = false;  // the ship has brought something to the centre
  bool stopping_ = false;
  bool stopped_ = false;
  std::unique_ptr<Stop> stop_;  // replaced only between ships

  // The thread's own.
  std::unique_ptr<sinks::Sink> sink_;
  Backoff backoff_;
  int failures_ = 0;   // in a row
  bool away_ = false;  // what the last failure was about
  std::string told_;   // the last error
  steady_clock::time_point spoke_at_{};
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

}  // namespace edo::daemon
