// edo-replicator run: ships what is in the stores' outboxes, once or for ever.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/progress.hpp"
#include "replicator/daemon/backoff.hpp"
#include "replicator/daemon/loop.hpp"
#include "replicator/daemon/notify.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

struct Flags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  std::string via = "direct";
  bool once = false;
  std::string time_budget;
  std::string interval = "5s";
  std::string heartbeat = "1m";
  std::int64_t batch_rows = source::SliceLimits{}.lines;
  int zstd_level = batch::EncodeOptions{}.level;
  std::optional<int> retry_attempts;
  std::string retry_delay = "1s";
  bool json = false;
};

// With --once: how often a store is tried again unless the user says otherwise.
constexpr int kRetriesOnce = 3;
constexpr std::chrono::seconds kLongestPauseOnce{10};
// With --once: what another replicator that is at the same store is given to finish.
constexpr std::chrono::seconds kLockPatience{10};

std::unique_ptr<sinks::Sink> make_sink(const Flags& flags, const daemon::Stop& stop) {
  postgres::ConnectOptions connect;
  connect.stop_descriptor = stop.descriptor();
  const postgres::Target target = as_target(flags.url);
  if (flags.via == "inbox") {
    return std::make_unique<sinks::InboxSink>(target, flags.schema,
                                              batch::EncodeOptions{flags.zstd_level}, connect);
  }
  return std::make_unique<sinks::DirectSink>(target, flags.schema, connect);
}

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
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::in_doubt ||
         error.kind() == ErrorKind::denied || error.kind() == ErrorKind::full;
}

// Asks for the end when the time is up.
class TimeBudget {
 public:
  TimeBudget(milliseconds span, daemon::Stop& stop) {
    if (span.count() == 0) return;
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

 private:
  daemon::Stop done_;
  std::atomic<bool> spent_{false};
  std::thread watch_;
};

// Ships stores one after the other and says how it went.
class OnceRun {
 public:
  OnceRun(const Flags& flags, sinks::Sink& sink, daemon::Stop& stop)
      : flags_(flags),
        sink_(sink),
        stop_(stop),
        budget_(flags.time_budget.empty() ? milliseconds{0}
                                          : span_option("--time-budget", flags.time_budget),
                stop) {}

  int run() {
    const auto stores = stores_in(flags_.stores);
    sink_.prepare();
    for (const auto& store : stores) {
      if (!ship(store)) break;
    }
    look_after();
    if (flags_.json) fmt::print("{}\n", nlohmann::json({{"stores", answer_}}).dump());
    return code_;
  }

 private:
  // Returns false if there is no sense in going on to the next store.
  bool ship(const std::string& store) {
    daemon::Backoff backoff(span_option("--retry-delay", flags_.retry_delay), kLongestPauseOnce);
    daemon::CycleOptions options;
    options.limits.lines = flags_.batch_rows;
    options.lock_patience = kLockPatience;
    options.say_idle = true;
    options.on_progress = [&](const daemon::Progress& progress) { line_.show(store, progress); };
    for (int failures = 1;; ++failures) {
      try {
        const auto progress = daemon::ship_store(store, sink_, options, stop_);
        line_.clear();
        return report(store, progress);
      } catch (const Error& error) {
        line_.clear();
        const bool again = error.is_retryable() &&
                           failures <= flags_.retry_attempts.value_or(kRetriesOnce) &&
                           !stop_.wait_for(backoff.next());
        if (again) continue;
        report(store, error);
        return !is_of_the_centre(error) && !stop_.requested();
      }
    }
  }

  bool report(const std::string& store, const daemon::Progress& progress) {
    answer_.push_back(as_json(store, progress));
    if (!flags_.json) fmt::print("{}: {}\n", store, summary(progress));
    if (progress.dead > 0) {
      fmt::print(stderr,
                 "edo-replicator run: {}: the centre refuses {} and keeps them as dead letters; "
                 "see edo-replicator status --to, then requeue\n",
                 store, rows_text(static_cast<std::int64_t>(progress.dead)));
      code_ = kFailed;
    }
    if (progress.finished) return true;
    fmt::print(
        stderr, "edo-replicator run: {} before {} was finished; run again\n",
        budget_.is_spent() ? "the time budget of " + flags_.time_budget + " was spent" : "stopped",
        store);
    code_ = budget_.is_spent() ? kTryLater : kFailed;
    return false;
  }

  void report(const std::string& store, const Error& error) {
    const bool late = budget_.is_spent();
    fmt::print(stderr, "edo-replicator run: {}{}\n", error.what(),
               late ? "; the time budget of " + flags_.time_budget + " was spent" : "");
    answer_.push_back({{"store", store},
                       {"finished", false},
                       {"error", {{"kind", to_string(error.kind())}, {"message", error.what()}}}});
    const bool passes = late || error.kind() == ErrorKind::busy;
    if (code_ != kFailed) code_ = passes ? kTryLater : kFailed;
  }

  void look_after() {
    if (code_ != kDone) return;
    try {
      sink_.upkeep();
    } catch (const Error& error) {
      fmt::print(stderr, "edo-replicator run: everything is shipped, but: {}\n", error.what());
    }
  }

  const Flags& flags_;
  sinks::Sink& sink_;
  daemon::Stop& stop_;
  TimeBudget budget_;
  ProgressLine line_;
  nlohmann::json answer_ = nlohmann::json::array();
  int code_ = kDone;
};

daemon::LoopOptions loop_options(const Flags& flags) {
  daemon::LoopOptions options;
  options.stores = flags.stores;
  options.interval = span_option("--interval", flags.interval);
  options.heartbeat = span_option("--heartbeat", flags.heartbeat);
  options.retry_delay = span_option("--retry-delay", flags.retry_delay);
  options.retry_attempts = flags.retry_attempts;
  options.cycle.limits.lines = flags.batch_rows;
  options.cycle.on_progress = [](const daemon::Progress&) { daemon::notify_alive(); };
  return options;
}

// Logs what happens, but a centre that is away for a night as one line and not as a thousand.
daemon::LoopEvents log_events() {
  auto told = std::make_shared<std::map<std::string, std::string>>();  // last error of each subject
  daemon::LoopEvents events;
  events.on_cycle = [told](const std::string& store, const daemon::Progress& progress) {
    told->erase("");
    if (told->erase(store) > 0) spdlog::info("{}: works again", store);
    if (progress.changes > 0) spdlog::info("{}: shipped {}", store, summary(progress));
    if (progress.dead > 0) {
      spdlog::error("{}: the centre refuses {} and keeps them as dead letters", store,
                    rows_text(static_cast<std::int64_t>(progress.dead)));
    }
  };
  events.on_error = [told](const std::string& subject, const Error& error, milliseconds pause) {
    if (std::exchange((*told)[subject], error.what()) == error.what()) return;
    spdlog::warn("{}; trying again in {} ms and as long as it takes", error.what(), pause.count());
  };
  return events;
}

int run_for_ever(Flags& flags, const Flags& given, Config& config, daemon::Stop& stop) {
  const auto events = log_events();
  for (;;) {
    const auto options = loop_options(flags);
    const auto sink = make_sink(flags, stop);
    spdlog::info("shipping {} every {}", fmt::join(flags.stores, ", "), flags.interval);
    daemon::notify("READY=1\nSTATUS=shipping");
    daemon::ship_for_ever(options, *sink, events, stop);
    if (stop.requested()) break;
    stop.reloaded();
    daemon::notify("RELOADING=1");
    const Flags before = std::exchange(flags, given);
    try {
      config.read();
      (void)loop_options(flags);
      (void)as_target(flags.url);
      spdlog::info("read {} again", config.path().empty() ? "no configuration" : config.path());
    } catch (const CLI::ParseError& error) {
      spdlog::error("{}; going on with the configuration as it was", error.what());
      flags = before;
    }
  }
  daemon::notify("STOPPING=1");
  spdlog::info("stopped");
  return kDone;
}

int run(Flags& flags, const Flags& given, Config& config) {
  daemon::Stop stop;
  daemon::stop_on_signals(stop);
  if (!flags.once) {
    daemon::reload_on_hangup();
    return run_for_ever(flags, given, config, stop);
  }
  const auto sink = make_sink(flags, stop);
  return OnceRun(flags, *sink, stop).run();
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  const auto given = std::make_shared<Flags>();  // without what the configuration file says
  auto* app = program.add_subcommand("run", "Ship what the stores hold to the centre");
  auto* stores = add_stores(*app, flags->stores);
  auto* target = add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_option("--via", flags->via,
                  "How: direct writes the central tables, inbox leaves compressed batches to "
                  "edo-replicator apply")
      ->check(CLI::IsMember({"direct", "inbox"}))
      ->capture_default_str();
  auto* once = app->add_flag("--once", flags->once, "Ship what is there now, then end");
  app->add_option("--time-budget", flags->time_budget,
                  "With --once: end after this long, shipped or not (exit code 75)")
      ->type_name("SPAN");
  app->add_option("--interval", flags->interval, "Without --once: pause between two rounds")
      ->capture_default_str()
      ->type_name("SPAN")
      ->excludes(once);
  app->add_option("--heartbeat", flags->heartbeat,
                  "Without --once: how often an idle store tells the centre that it is there")
      ->capture_default_str()
      ->type_name("SPAN");
  app->add_option("--batch-rows", flags->batch_rows, "Changes in one batch, at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--zstd-level", flags->zstd_level, "Compression of batches that go to an inbox")
      ->check(CLI::Range(1, 19))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--retry-attempts", flags->retry_attempts,
                  "How often to try again after a failure; 3 with --once, else without end")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N");
  app->add_option("--retry-delay", flags->retry_delay,
                  "The first pause after a failure, at most; later ones grow to a minute")
      ->capture_default_str()
      ->type_name("SPAN");
  app->add_flag("--json", flags->json, "With --once: the summary as JSON");
  app->parse_complete_callback([flags, given] { *given = *flags; });
  app->footer(
      "With --once it ends with 0 when everything that was pending is at the centre, with 75 when\n"
      "it is worth running again later: the time budget was spent, or another replicator is at "
      "the\n"
      "store. Otherwise it runs until SIGTERM or SIGINT, reads --config again on SIGHUP, and "
      "tries\n"
      "again for ever when the centre cannot be reached. A folder stands for the *.db in it, and\n"
      "new files are found while it runs. Stopping or killing it at any moment loses nothing.\n\n"
      "Examples:\n"
      "  edo-replicator run --store telemetry.db --to postgresql://edge@db.example.com/telemetry "
      "--once\n"
      "  edo-replicator run --config /etc/edo/replicator.toml --via inbox");
  Command command{app, {}, {stores, target}};
  command.run = [flags, given, config = command.config] { return run(*flags, *given, *config); };
  return command;
}

}  // namespace edo::cli
