#include "shipper.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/cycle.hpp"
#include "replicator/daemon/stop.hpp"
#include "replicator/daemon/upkeep.hpp"
#include "replicator/postgres/target.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"

namespace edo::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What a statement is given when a flush gives up or the process ends.
constexpr milliseconds kStopGrace{250};
constexpr milliseconds kStopPatience{1000};
// So that a pause of 0 does not keep a processor busy.
constexpr milliseconds kShortestPause{20};
constexpr milliseconds kLongestPause{60'000};
// What another replicator that is at the same store is given to finish.
constexpr milliseconds kLockPatience{1000};
// How often an idle store says that it is there.
constexpr milliseconds kHeartbeat{60'000};

}  // namespace

class Shipper::Work {
 public:
  Work(const Options& options, std::shared_ptr<News> news)
      : store_(options.store),
        centre_(options.centre),
        target_(postgres::target_of(options.centre)),
        news_(std::move(news)),
        backoff_(std::max(centre_.retry_delay, kShortestPause), kLongestPause) {
    cycle_.limits.lines = static_cast<std::int64_t>(centre_.batch_size);
    cycle_.lock_patience = kLockPatience;
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
      lock.unlock();
      const auto progress = ship();
      lock.lock();
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
    due_ = steady_clock::now();
    changed_.notify_all();
  }

  std::uint64_t flush() {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(++last_flush_);
    due_ = steady_clock::now();
    changed_.notify_all();
    return last_flush_;
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
    changed_.wait_for(lock, kStopPatience, [this] { return stopped_; });
  }

 private:
  [[nodiscard]] bool is_background() const { return centre_.replicate == Replicate::background; }

  // What the centre needs besides, which no ship waits for. Never throws.
  std::unique_ptr<daemon::Upkeep> start_upkeep() {
    if (!is_background() || centre_.via == Via::inbox) return nullptr;
    daemon::UpkeepOptions options{target_, centre_.schema};
    options.stop_grace = kStopGrace;
    try {
      return std::make_unique<daemon::Upkeep>(std::move(options), [this](const auto& failure) {
        if (failure.is_news) news_->tell(failure.error);
      });
    } catch (const std::exception& error) {
      failed(Error(ErrorKind::io, std::string("look after the centre: ") + error.what()));
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
    auto stop = std::make_unique<daemon::Stop>();
    const postgres::ConnectOptions connect{stop->descriptor(), kStopGrace};
    if (centre_.via == Via::inbox) {
      sink_ = std::make_unique<sinks::InboxSink>(target_, centre_.schema, batch::EncodeOptions{},
                                                 connect);
    } else {
      sink_ = std::make_unique<sinks::DirectSink>(target_, centre_.schema, connect);
    }
    stop_ = std::move(stop);
  }

  // Nothing if it failed, or was interrupted. Never throws.
  std::optional<daemon::Progress> ship() {
    auto options = cycle_;
    options.say_idle = is_background() && steady_clock::now() - spoke_at_ >= kHeartbeat;
    try {
      {
        const std::lock_guard lock(mutex_);
        if (stop_->requested() && !stopping_) renew();
      }
      sink_->prepare();
      const auto progress = daemon::ship_store(store_, *sink_, options, *stop_);
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
    if (std::exchange(told_, error.what()) != error.what()) news_->tell(error);
  }

  // Answers the flushes that began before the ship, or sees to the next try.
  void settle(const std::optional<daemon::Progress>& progress,
              const std::vector<std::uint64_t>& served) {
    const auto pause = progress ? centre_.flush_interval : backoff_.next();
    failures_ = progress || stop_->requested() ? 0 : failures_ + 1;
    const bool patient = centre_.retry_attempts < 0 || failures_ <= centre_.retry_attempts;
    if (progress) backoff_.reset();
    if (progress || !patient) {
      for (const std::uint64_t id : served) {
        if (std::erase(waiting_, id) > 0) {
          news_->tell(Flushed{id, progress.has_value()});
        }
      }
    }
    if (!patient) failures_ = 0;
    const bool again = is_background() || !waiting_.empty() || failures_ > 0;
    if (again && !due_) due_ = steady_clock::now() + std::max(pause, kShortestPause);
  }

  const std::string store_;
  const Centre centre_;
  const postgres::Target target_;
  const std::shared_ptr<News> news_;
  daemon::CycleOptions cycle_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<steady_clock::time_point> due_;  // when to ship next; nothing: when asked to
  std::vector<std::uint64_t> waiting_;           // flushes without an answer
  std::uint64_t last_flush_ = 0;
  bool stopping_ = false;
  bool stopped_ = false;
  std::unique_ptr<daemon::Stop> stop_;  // replaced only between ships

  // The thread's own.
  std::unique_ptr<sinks::Sink> sink_;
  daemon::Backoff backoff_;
  int failures_ = 0;  // in a row
  std::string told_;  // the last error
  steady_clock::time_point spoke_at_{};
};

Shipper::Shipper(const Options& options, std::shared_ptr<News> news)
    : work_(std::make_shared<Work>(options, std::move(news))) {}

Shipper::~Shipper() = default;

void Shipper::start() {
  std::thread([work = work_] {
    // The host's signals are for the host's threads.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    work->run();
  }).detach();
}

void Shipper::nudge() noexcept { work_->nudge(); }
std::uint64_t Shipper::flush() { return work_->flush(); }
void Shipper::give_up(std::uint64_t id) noexcept { work_->give_up(id); }
void Shipper::stop() noexcept { work_->stop(); }

}  // namespace edo::node
