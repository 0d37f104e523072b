// edo-replicator run --once: ships the pending changes of each store and prints a summary.
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
#include "replicator/postgres/failure.hpp"
#include "replicator/ship/backoff.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/edo-replicator/progress.hpp"
#include "tools/edo-replicator/run.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

// The default number of retries of a store.
constexpr int kRetriesOnce = 3;
constexpr std::chrono::seconds kLongestPauseOnce{10};
// How long to wait for another replicator that ships the same store.
constexpr std::chrono::seconds kLockTimeout{10};

nlohmann::json as_json(const std::string& store, const shipping::Progress& progress) {
  return {{"store", store},
          {"finished", progress.finished},
          {"changes", progress.changes},
          {"rows", progress.rows},
          {"inserted", progress.inserted},
          {"updated", progress.updated},
          {"unchanged", progress.unchanged},
          {"dead_letters", progress.dead},
          {"in_inbox", progress.in_inbox},
          {"batches", progress.batches},
          {"bytes", progress.bytes},
          {"bytes_sent", progress.bytes_sent},
          {"seconds", std::chrono::duration<double>(progress.elapsed).count()}};
}

// Whether the next store would meet the same failure.
bool is_of_central_database(const Error& error) {
  const auto* failure = dynamic_cast<const postgres::Failure*>(&error);
  if (failure != nullptr && postgres::is_of_store(failure->sqlstate())) return false;
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::in_doubt ||
         error.kind() == ErrorKind::denied || error.kind() == ErrorKind::full;
}

// Requests a stop when the time is spent.
class TimeBudget {
 public:
  TimeBudget(milliseconds span, shipping::Stop& stop) {
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
  // Nothing without a time budget.
  [[nodiscard]] std::optional<milliseconds> left() const {
    if (!end_) return std::nullopt;
    const auto left = *end_ - std::chrono::steady_clock::now();
    return std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(left));
  }

 private:
  shipping::Stop done_;
  std::optional<std::chrono::steady_clock::time_point> end_;
  std::atomic<bool> spent_{false};
  std::thread watch_;
};

// Ships stores one after the other and prints a summary.
class OnceRun {
 public:
  OnceRun(const RunFlags& flags, shipping::Stop& stop, Output& out)
      : flags_(flags),
        sink_(make_sink(flags, stop)),
        stop_(stop),
        out_(out),
        budget_(flags.time_budget.empty() ? milliseconds{0}
                                          : pause_of("--time-budget", flags.time_budget),
                stop),
        line_(out) {}

  int run() {
    const auto stores = stores_in(flags_.stores);
    // Before any store, so that an unusable central database is reported once.
    if (const auto error = attempt([&] { sink_->prepare(); })) {
      (void)report(stores.front(), {}, error);
    } else {
      ship_all(stores);
    }
    if (flags_.json) out_.write_json(nlohmann::json({{"stores", answer_}}));
    out_.flush();
    if (code_ == kDone) maintain_once();
    return code_;
  }

 private:
  // Does `work`, with retries after errors that may pass. Returns whether the last failure concerns
  // all stores.
  template <typename Work>
  std::optional<Error> attempt(Work work) {
    shipping::Backoff backoff(pause_of("--retry-delay", flags_.retry_delay), kLongestPauseOnce);
    for (int failures = 1;; ++failures) {
      try {
        work();
        return std::nullopt;
      } catch (const Error& error) {
        line_.clear();
        of_central_database_ = is_of_central_database(error);
        // A missing or unreadable store (io) is not worth a retry.
        const bool again = error.is_retryable() && error.kind() != ErrorKind::io &&
                           failures <= flags_.retry_attempts.value_or(kRetriesOnce) &&
                           !stop_.wait_for(backoff.next());
        if (!again) return error;
      }
    }
  }

  // Ships each store for its share of the time, and continues with unfinished ones.
  void ship_all(const std::vector<std::string>& stores) {
    std::map<std::string, shipping::Progress> reached;
    auto unfinished = stores;
    while (!unfinished.empty()) {
      std::vector<std::string> next;
      for (const auto& store : unfinished) {
        const auto left =
            static_cast<int>(&unfinished.back() - &store) + 1 + static_cast<int>(next.size());
        switch (ship(store, left, reached[store])) {
          case Outcome::done:
            break;
          case Outcome::unfinished:
            next.push_back(store);
            break;
          case Outcome::ends_run:
            return;
        }
      }
      unfinished = std::move(next);
    }
  }

  enum class Outcome { done, unfinished, ends_run };

  // Ships one of `left` stores. `before` is the progress of its earlier cycles.
  Outcome ship(const std::string& store, int left, shipping::Progress& before) {
    shipping::CycleOptions options;
    options.limits.changes = flags_.batch_changes;
    options.lock_timeout = kLockTimeout;
    options.time_limit = pause_of("--store-time-limit", flags_.store_time_limit);
    options.yields = left > 1;
    if (const auto rest = budget_.left())
      options.share = std::min(options.time_limit, *rest / left);
    // Without this limit, a run would never end if a host writes faster than the central database
    // reads.
    if (before.until > 0) options.until = before.until;
    options.send_heartbeat = before.until == 0;
    shipping::Progress progress;  // of the current attempt
    options.on_progress = [&](const shipping::Progress& reached) {
      progress = reached;
      line_.show(store, reached);
    };
    options.on_healing = [&](const shipping::HealingStep& step) {
      if (step.stage == shipping::HealingStep::Stage::continues) return line_.show(store, step);
      line_.clear();
      out_.complain("{}: {}", store, describe(step));
    };
    const auto error = attempt([&] {
      add(before, std::exchange(progress, {}));
      progress = shipping::ship_store(store, *sink_, options, stop_);
    });
    line_.clear();
    add(before, progress);
    if (!error && !before.finished && options.yields && !stop_.requested())
      return Outcome::unfinished;
    return report(store, before, error) ? Outcome::done : Outcome::ends_run;
  }

  bool report(const std::string& store, const shipping::Progress& progress,
              const std::optional<Error>& error) {
    answer_.push_back(as_json(store, progress));
    if (!flags_.json && (!error || progress.changes > 0))
      out_.say("{}: {}\n", store, summary(progress));
    if (progress.dead > 0) {
      out_.complain(
          "{}: the central database refused {} and keeps them as dead letters; "
          "see edo-replicator status --to, then requeue",
          store, rows_text(static_cast<std::int64_t>(progress.dead)));
      fail(false);
    }
    if (error) return report(*error);
    if (progress.finished) return true;
    out_.complain(
        "{} before {} was finished; run again",
        budget_.is_spent() ? "the time budget of " + flags_.time_budget + " was spent" : "stopped",
        store);
    fail(budget_.is_spent());
    return false;
  }

  bool report(const Error& error) {
    const bool late = budget_.is_spent();
    out_.complain("{}{}", error.what(),
                  late ? "; the time budget of " + flags_.time_budget + " was spent" : "");
    answer_.back()["error"] = {{"kind", to_string(error.kind())}, {"message", error.what()}};
    fail(late || error.kind() == ErrorKind::busy);
    return !of_central_database_ && !stop_.requested();
  }

  void fail(bool passes) {
    if (code_ != kFailed) code_ = passes ? kTryLater : kFailed;
  }

  // A failure here does not change the exit code, because everything is shipped.
  void maintain_once() {
    sink_.reset();  // So that the program has one connection at a time.
    const auto maintenance = maintenance_of(flags_);
    if (!maintenance || stop_.requested()) return;
    try {
      shipping::maintain_once(*maintenance, stop_);
    } catch (const Error& error) {
      if (stop_.requested()) return;
      out_.complain("everything is shipped, but maintenance failed: {}", error.what());
    }
  }

  const RunFlags& flags_;
  std::unique_ptr<sinks::Sink> sink_;
  shipping::Stop& stop_;
  Output& out_;
  TimeBudget budget_;
  ShipProgress line_;
  nlohmann::json answer_ = nlohmann::json::array();
  int code_ = kDone;
  bool of_central_database_ = false;  // whether the last failure concerns all stores
};

}  // namespace

int run_once(const RunFlags& flags, shipping::Stop& stop, Output& out) {
  return OnceRun(flags, stop, out).run();
}

}  // namespace edo::cli
