#include "replicator/daemon/loop.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/fleet.hpp"
#include "replicator/daemon/notify.hpp"

namespace edo::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::minutes kLongestPause{1};

// Pauses after failures in a row, and the end of patience.
class Patience {
 public:
  explicit Patience(const LoopOptions& options)
      : backoff_(options.retry_delay, kLongestPause), attempts_(options.retry_attempts) {}

  // The pause before the next try; throws the error when there is none left.
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
  Patience patience;
  steady_clock::time_point not_before{};
  steady_clock::time_point spoke_at{};  // when the other side last heard of it
};

class Loop {
 public:
  Loop(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events, const Stop& stop)
      : options_(options), sink_(sink), events_(events), stop_(stop), patience_(options) {}

  void run() {
    while (!over()) {
      if (!prepare()) continue;
      const auto stores = find_stores(options_.stores);
      has_others_ = stores.size() > 1;
      goes_on_ = false;
      for (const auto& path : stores) {
        if (over()) return;
        auto& store = stores_.try_emplace(path, Store{Patience(options_)}).first->second;
        if (steady_clock::now() >= store.not_before) cycle(path, store);
        notify_alive();
      }
      if (!goes_on_) pause(with_jitter(options_.interval));
    }
  }

 private:
  [[nodiscard]] bool over() const { return stop_.requested() || stop_.reload_requested(); }

  // The service manager may want to hear of us more often than that.
  void pause(milliseconds span) const {
    const milliseconds step = std::min(span, longest_rest());
    for (; span.count() > 0 && !over(); span -= step) {
      (void)stop_.wait_for(std::min(span, step));
      notify_alive();
    }
  }

  bool prepare() {
    try {
      sink_.prepare();
      patience_.restore();
      return true;
    } catch (const Error& error) {
      if (stop_.requested()) return false;
      const auto span = patience_.after(error);
      if (events_.on_error) events_.on_error({}, error, span);
      pause(span);
      return false;
    }
  }

  void cycle(const std::string& path, Store& store) {
    CycleOptions options = options_.cycle;
    options.say_idle = steady_clock::now() - store.spoke_at >= options_.heartbeat;
    options.shares = has_others_;
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
      if (progress.batches > 0 || options.say_idle) store.spoke_at = steady_clock::now();
      store.patience.restore();
      if (!progress.finished) goes_on_ = true;
      if (events_.on_cycle) events_.on_cycle(path, progress);
    } catch (const Error& error) {
      if (progress.changes > 0 && events_.on_cycle) events_.on_cycle(path, progress);
      if (stop_.requested()) return;
      const auto span = store.patience.after(error);
      store.not_before = steady_clock::now() + span;
      if (events_.on_error) events_.on_error(path, error, span);
    }
  }

  // So that a thousand edges that were started together do not come together for ever.
  milliseconds with_jitter(milliseconds span) {
    std::uniform_real_distribution<double> factor(0.9, 1.1);
    return milliseconds(std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<double>(span.count()) * factor(random_))));
  }

  const LoopOptions& options_;
  sinks::Sink& sink_;
  const LoopEvents& events_;
  const Stop& stop_;
  Patience patience_;
  std::map<std::string, Store> stores_;
  bool has_others_ = false;
  bool goes_on_ = false;  // a store had to stop for the others and has more to ship
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace

void ship_for_ever(const LoopOptions& options, sinks::Sink& sink, const LoopEvents& events,
                   const Stop& stop) {
  Loop(options, sink, events, stop).run();
}

}  // namespace edo::daemon
