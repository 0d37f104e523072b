// edo-replicator run --once: ships what is there, store after store, and says how it went.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/progress.hpp"
#include "replicator/cli/run.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/daemon/backoff.hpp"
#include "replicator/postgres/failure.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

// How often a store is tried again unless the user says otherwise.
constexpr int kRetriesOnce = 3;
constexpr std::chrono::seconds kLongestPauseOnce{10};
// What another replicator that is at the same store is given to finish.
constexpr std::chrono::seconds kLockPatience{10};

nlohmann::json as_json(const std::string& store, const daemon::Progress& progress) {
  return {{"store", store},
          {"finished", progress.finished},
          {"changes", progress.changes},
          {"rows", progress.rows},
          {"inserted", progress.inserted},
          {"updated", progress.updated},
          {"unchanged", progress.unchanged},
          {"dead_letters", progress.dead},
          {"waiting", progress.waiting},
          {"batches", progress.batches},
          {"bytes", progress.bytes},
          {"bytes_sent", progress.bytes_sent},
          {"seconds", std::chrono::duration<double>(progress.elapsed).count()}};
}

// Whether the next store would meet the same failure.
bool is_of_the_centre(const Error& error) {
  const auto* failure = dynamic_cast<const postgres::Failure*>(&error);
  if (failure != nullptr && postgres::is_of_store(failure->sqlstate())) return false;
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::in_doubt ||
         error.kind() == ErrorKind::denied || error.kind() == ErrorKind::full;
}

// Asks for the end when the time is up.
class TimeBudget {
 public:
  TimeBudget(milliseconds span, daemon::Stop& stop) {
    if (span.count() == 0) return;
    end_ = std::chrono::steady_clock::now() + span;
    watch_ = std::thread([this, span, &stop] {
      if (done_.wait_for(span)) return;
      spent_.store(true);
      stop.request();
    });
  }
  TimeBudget(const TimeBudget&) = delete;
  TimeBudget& operator=(const TimeBudget&) = delete;
  ~TimeBudget() {
    done_.request();
    if (watch_.joinable()) watch_.join();
  }

  [[nodiscard]] bool is_spent() const noexcept { return spent_.load(); }
  // Nothing if there is no end to it.
  [[nodiscard]] std::optional<milliseconds> left() const {
    if (!end_) return std::nullopt;
    const auto left = *end_ - std::chrono::steady_clock::now();
    return std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(left));
  }

 private:
  daemon::Stop done_;
  std::optional<std::chrono::steady_clock::time_point> end_;
  std::atomic<bool> spent_{false};
  std::thread watch_;
};

// Ships stores one after the other and says how it went.
class OnceRun {
 public:
  OnceRun(const RunFlags& flags, daemon::Stop& stop)
      : flags_(flags),
        sink_(make_sink(flags, stop)),
        stop_(stop),
        budget_(flags.time_budget.empty() ? milliseconds{0}
                                          : pause_of("--time-budget", flags.time_budget),
                stop) {}

  int run() {
    const auto stores = stores_in(flags_.stores);
    // Before any store, so that a centre that cannot be used is told once.
    if (const auto error = attempt([&] { sink_->prepare(); })) {
      (void)report(stores.front(), {}, error);
    } else {
      go_round(stores);
    }
    if (flags_.json) say_json(nlohmann::json({{"stores", answer_}}));
    flush_output();
    if (code_ == kDone) look_after();
    return code_;
  }

 private:
  // Does `work`, again after pauses when it fails of what may pass. Returns the failure that stays.
  template <typename Work>
  std::optional<Error> attempt(Work work) {
    daemon::Backoff backoff(pause_of("--retry-delay", flags_.retry_delay), kLongestPauseOnce);
    for (int failures = 1;; ++failures) {
      try {
        work();
        return std::nullopt;
      } catch (const Error& error) {
        line_.clear();
        of_the_centre_ = is_of_the_centre(error);
        // A store that is not there, or cannot be read, will not be there in a second either.
        const bool again = error.is_retryable() && error.kind() != ErrorKind::io &&
                           failures <= flags_.retry_attempts.value_or(kRetriesOnce) &&
                           !stop_.wait_for(backoff.next());
        if (!again) return error;
      }
    }
  }

  // Each store has its turn, and those that are not finished then have another one.
  void go_round(const std::vector<std::string>& stores) {
    std::map<std::string, daemon::Progress> going_on;
    auto waiting = stores;
    while (!waiting.empty()) {
      std::vector<std::string> next;
      for (const auto& store : waiting) {
        const auto left =
            static_cast<int>(&waiting.back() - &store) + 1 + static_cast<int>(next.size());
        switch (ship(store, left, going_on[store])) {
          case Outcome::done:
            break;
          case Outcome::goes_on:
            next.push_back(store);
            break;
          case Outcome::hopeless:
            return;
        }
      }
      waiting = std::move(next);
    }
  }

  enum class Outcome { done, goes_on, hopeless };

  // Ships one of `left` stores; `before` is what its turns have done.
  Outcome ship(const std::string& store, int left, daemon::Progress& before) {
    daemon::CycleOptions options;
    options.limits.lines = flags_.batch_rows;
    options.lock_patience = kLockPatience;
    options.patience = pause_of("--store-patience", flags_.store_patience);
    options.shares = left > 1;
    if (const auto rest = budget_.left()) options.turn = std::min(options.patience, *rest / left);
    // Without this a host that writes faster than the centre reads would never let it end.
    if (before.until > 0) options.until = before.until;
    options.say_idle = before.until == 0;
    daemon::Progress progress;  // of the attempt that is under way
    options.on_progress = [&](const daemon::Progress& reached) {
      progress = reached;
      line_.show(store, reached);
    };
    options.on_healing = [&](const daemon::HealingStep& step) {
      if (step.stage == daemon::HealingStep::Stage::going_on) return line_.show(store, step);
      line_.clear();
      complain("edo-replicator run: {}: {}", store, describe(step));
    };
    const auto error = attempt([&] {
      add(before, std::exchange(progress, {}));
      progress = daemon::ship_store(store, *sink_, options, stop_);
    });
    line_.clear();
    add(before, progress);
    if (!error && !before.finished && options.shares && !stop_.requested()) return Outcome::goes_on;
    return report(store, before, error) ? Outcome::done : Outcome::hopeless;
  }

  bool report(const std::string& store, const daemon::Progress& progress,
              const std::optional<Error>& error) {
    answer_.push_back(as_json(store, progress));
    if (!flags_.json && (!error || progress.changes > 0)) say("{}: {}\n", store, summary(progress));
    if (progress.dead > 0) {
      complain(
          "edo-replicator run: {}: the central database refused {} and keeps them as dead letters; "
          "see edo-replicator status --to, then requeue",
          store, rows_text(static_cast<std::int64_t>(progress.dead)));
      fail(false);
    }
    if (error) return report(*error);
    if (progress.finished) return true;
    complain(
        "edo-replicator run: {} before {} was finished; run again",
        budget_.is_spent() ? "the time budget of " + flags_.time_budget + " was spent" : "stopped",
        store);
    fail(budget_.is_spent());
    return false;
  }

  bool report(const Error& error) {
    const bool late = budget_.is_spent();
    complain("edo-replicator run: {}{}", error.what(),
             late ? "; the time budget of " + flags_.time_budget + " was spent" : "");
    answer_.back()["error"] = {{"kind", to_string(error.kind())}, {"message", error.what()}};
    fail(late || error.kind() == ErrorKind::busy);
    return !of_the_centre_ && !stop_.requested();
  }

  void fail(bool passes) {
    if (code_ != kFailed) code_ = passes ? kTryLater : kFailed;
  }

  // What was shipped is shipped, whatever comes of this.
  void look_after() {
    sink_.reset();  // One connection at a time will do.
    const auto upkeep = upkeep_of(flags_);
    if (!upkeep || stop_.requested()) return;
    try {
      daemon::look_after(*upkeep, stop_);
    } catch (const Error& error) {
      if (stop_.requested()) return;
      complain("edo-replicator run: everything is shipped, but maintenance failed: {}",
               error.what());
    }
  }

  const RunFlags& flags_;
  std::unique_ptr<sinks::Sink> sink_;
  daemon::Stop& stop_;
  TimeBudget budget_;
  ProgressLine line_;
  nlohmann::json answer_ = nlohmann::json::array();
  int code_ = kDone;
  bool of_the_centre_ = false;  // the last failure
};

}  // namespace

int run_once(const RunFlags& flags, daemon::Stop& stop) { return OnceRun(flags, stop).run(); }

}  // namespace edo::cli
