#include "replicator/ship/loop.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "replicator/ship/backoff.hpp"
#include "replicator/ship/fleet.hpp"

namespace edo::shipping {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::minutes kLongestPause{1};

// The backoff after failures in a row, and the limit of retries.
class RetryBudget {
 public:
  explicit RetryBudget(const LoopOptions& options)
      : backoff_(options.retry_delay, kLongestPause), attempts_(options.retry_attempts) {}

  // The pause before the next attempt. Throws the error when no attempt is left.
  milliseconds after(const Error& error) {
    if (attempts_ && ++failures_ > *attempts_) throw error;
    return backoff_.next();
  }
  void restore() {
    backoff_.reset();
    failures_ = 0;
  }

 private:
  Backoff backoff_;
  std::optional<int> attempts_;
  int failures_ = 0;
};

struct Store {
  RetryBudget retries;
  steady_clock::time_point not_before{};
  steady_clock::time_point heard_at{};  // when the central database last heard of it
};

class Loop {
 public:
  Loop(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events, const Stop& stop)
      : options_(options), sink_(sink), events_(events), stop_(stop), retries_(options) {}

  void run() {
    while (!over()) {
      if (!prepare()) continue;
      const auto stores = find_stores(options_.stores);
      has_others_ = stores.size() > 1;
      has_more_ = false;
      for (const auto& path : stores) {
        if (over()) return;
        auto& store = stores_.try_emplace(path, Store{RetryBudget(options_)}).first->second;
        if (steady_clock::now() >= store.not_before) cycle(path, store);
        alive();
      }
      if (!has_more_) pause(with_jitter(options_.interval));
    }
  }

 private:
  [[nodiscard]] bool over() const { return stop_.requested() || stop_.reload_requested(); }

  void alive() const {
    if (events_.on_alive) events_.on_alive();
  }

  // The service manager may expect a sign of life more often than the pause is long.
  void pause(milliseconds span) const {
    const milliseconds step = std::min(span, options_.longest_pause);
    for (; span.count() > 0 && !over(); span -= step) {
      (void)stop_.wait_for(std::min(span, step));
      alive();
    }
  }

  bool prepare() {
    try {
      sink_.prepare();
      retries_.restore();
      return true;
    } catch (const Error& error) {
      if (stop_.requested()) return false;
      const auto span = retries_.after(error);
      if (events_.on_error) events_.on_error({}, error, span);
      pause(span);
      return false;
    }
  }

  void cycle(const std::string& path, Store& store) {
    CycleOptions options = options_.cycle;
    options.send_heartbeat = steady_clock::now() - store.heard_at >= options_.heartbeat;
    options.yields = has_others_;
    Progress progress;
    options.on_progress = [&](const Progress& reached) {
      progress = reached;
      if (events_.on_progress) events_.on_progress(reached);
    };
    options.on_healing = [&](const HealingStep& step) {
      if (events_.on_healing) events_.on_healing(path, step);
    };
    try {
      progress = ship_store(path, sink_, options, stop_);
      if (progress.batches > 0 || options.send_heartbeat) store.heard_at = steady_clock::now();
      store.retries.restore();
      if (!progress.finished) has_more_ = true;
      if (events_.on_cycle) events_.on_cycle(path, progress);
    } catch (const Error& error) {
      if (progress.changes > 0 && events_.on_cycle) events_.on_cycle(path, progress);
      if (stop_.requested()) return;
      const auto span = store.retries.after(error);
      store.not_before = steady_clock::now() + span;
      if (events_.on_error) events_.on_error(path, error, span);
    }
  }

  // So that a thousand edges that were started together do not connect together each time.
  milliseconds with_jitter(milliseconds span) {
    std::uniform_real_distribution<double> factor(0.9, 1.1);
    return milliseconds(std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<double>(span.count()) * factor(random_))));
  }

  const LoopOptions& options_;
  sinks::Sink& sink_;
  const LoopEvents& events_;
  const Stop& stop_;
  RetryBudget retries_;
  std::map<std::string, Store> stores_;
  bool has_others_ = false;
  bool has_more_ = false;  // a store yielded to the others and has more to ship
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace

void ship_continuously(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events,
                       const Stop& stop) {
  Loop(options, sink, events, stop).run();
}

}  // namespace edo::shipping
