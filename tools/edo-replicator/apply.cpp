// edo-replicator apply: applies the batches of the inbox.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "edo/error.hpp"
#include "replicator/apply/inbox.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/ship/backoff.hpp"
#include "replicator/ship/maintenance.hpp"
#include "replicator/ship/stop.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/program/notify.hpp"
#include "tools/program/signals.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// With --once: attempts while another session is in the way.
constexpr int kAttemptsOnce = 5;
// After so many postponed batches in a row, the worker backs off.
constexpr int kPostponedInARow = 20;
// With --once: how long to wait for batches that other sessions have locked, such as the sessions
// of killed programs.
constexpr std::chrono::seconds kOthersTimeout{10};

struct Flags {
  std::string url;
  std::string schema;
  int workers = 2;
  bool once = false;
  std::string interval = "1s";
  std::string keep_applied = "3d";
  bool json = false;
};

struct Totals {
  std::atomic<std::int64_t> batches{0};
  std::atomic<std::int64_t> rows{0};
  std::atomic<std::int64_t> dead{0};
  std::atomic<std::int64_t> failed{0};
};

// What the workers share.
class Workers {
 public:
  Workers(const Flags& flags, const shipping::Stop& stop, Output& out)
      : flags_(flags),
        target_(as_target(flags.url)),
        stop_(stop),
        out_(out),
        interval_(pause_of("--interval", flags.interval)),
        keep_applied_(pause_of("--keep-applied", flags.keep_applied)) {}

  int run() {
    // Connects once here, so that an error that concerns all workers is reported once. The workers
    // wait for an unreachable central database.
    try {
      auto connection = connect();
      if (flags_.once) apply::end_pauses(connection);
    } catch (const Error& error) {
      if (stop_.requested()) return conclude();
      if (flags_.once || error.kind() != ErrorKind::unavailable) throw;
    }
    notify("READY=1\nSTATUS=applying");
    std::optional<shipping::Maintenance> maintenance;
    if (!flags_.once) maintenance.emplace(maintenance_options(), report_maintenance);
    std::vector<std::thread> threads;
    for (int i = 0; i < flags_.workers; ++i) threads.emplace_back([this, i] { work(i == 0); });
    for (auto& thread : threads) thread.join();
    // Batches that other sessions have locked come last.
    last_ = true;
    if (flags_.once && failure_.empty()) work(true);
    notify("STOPPING=1");
    maintenance.reset();
    const int code = conclude();
    return flags_.once && failure_.empty() ? maintain_once(code) : code;
  }

 private:
  postgres::Connection connect() {
    postgres::ConnectOptions options;
    options.stop_descriptor = stop_.descriptor();
    options.writes = true;
    options.on_silence = [](const std::string& words) { spdlog::warn("{}", words); };
    postgres::Connection connection(target_, options);
    postgres::use_schema(connection, flags_.schema);
    return connection;
  }

  // The first worker notifies the service manager that it is alive.
  void work(bool is_first) {
    shipping::Backoff backoff;
    int failures = 0;  // in a row
    const auto on_success = [&] {
      backoff.reset();
      failures = 0;
    };
    while (!stop_.requested()) {
      try {
        auto connection = connect();
        drain(connection, is_first, on_success);
        return;
      } catch (const Error& error) {
        if (stop_.requested()) return;
        // The other session is soon finished.
        const bool passes = error.kind() == ErrorKind::busy && ++failures < kAttemptsOnce;
        if (flags_.once && !passes) return give_up(error);
        const auto pause = backoff.next();
        spdlog::warn("{}; retrying in {} ms", error.what(), pause.count());
        (void)stop_.wait_for(pause);
      }
    }
  }

  void drain(postgres::Connection& connection, bool is_first, const auto& on_success) {
    apply::InboxWorker worker(connection);
    int postponed_in_a_row = 0;
    while (!stop_.requested()) {
      const auto taken = worker.take();
      const bool found = taken.has_value();
      if (taken) report(*taken);
      if (is_first) notify_alive();
      if (taken && taken->postponed.count() > 0) {
        if (++postponed_in_a_row < kPostponedInARow) continue;
        throw Error(ErrorKind::unavailable, taken->error);
      }
      if (found) postponed_in_a_row = 0;
      on_success();
      if (found) continue;
      if (flags_.once && !waits_for_postponed()) {
        if (last_ && others_let_go(worker)) continue;
        return;
      }
      (void)stop_.wait_for(interval_);
    }
  }

  // With --once: whether to wait for postponed batches.
  bool waits_for_postponed() {
    const std::scoped_lock lock(mutex_);
    if (postponed_.empty()) return false;
    for (const auto& [id, batch] : postponed_) {
      if (batch.attempts < kAttemptsOnce) continue;
      if (failure_.empty()) failure_ = batch.error;
      return false;
    }
    return true;
  }

  // Whether a batch that another session had locked is free now.
  bool others_let_go(apply::InboxWorker& worker) {
    const auto until = steady_clock::now() + kOthersTimeout;
    auto others = worker.wait_for_others();
    while (others == apply::Others::hold && !stop_.requested() && steady_clock::now() < until) {
      others = worker.wait_for_others();
    }
    if (others == apply::Others::hold) {
      others_hold_ = true;
      failure_ = fmt::format(
          "another session has locked batches of the inbox for {} s, so they are skipped; run "
          "again",
          kOthersTimeout.count());
    }
    return others == apply::Others::let_go;
  }

  [[nodiscard]] shipping::MaintenanceOptions maintenance_options() const {
    return {target_, flags_.schema, keep_applied_};
  }

  static void report_maintenance(const shipping::MaintenanceFailure& failure) {
    if (!failure.is_new) return;
    spdlog::warn("{}; retrying in {} ms", failure.error.what(), failure.pause.count());
  }

  // With --once: does maintenance after the summary. Returns the exit code.
  int maintain_once(int code) {
    if (stop_.requested()) return code;
    out_.flush();
    try {
      shipping::maintain_once(maintenance_options(), stop_);
      return code;
    } catch (const Error& error) {
      if (stop_.requested()) return code;
      out_.complain("all batches were applied, but maintenance failed: {}", error.what());
      return kFailed;
    }
  }

  void report(const apply::Taken& taken) {
    if (taken.postponed.count() > 0) {
      spdlog::warn("batch {} of store {}: {}; retrying in {} ms", taken.id, taken.store_id,
                   taken.error, taken.postponed.count());
      if (!flags_.once) return;
      const std::scoped_lock lock(mutex_);
      auto& batch = postponed_[taken.id];
      ++batch.attempts;
      batch.error = taken.error;
      return;
    }
    if (flags_.once) {
      const std::scoped_lock lock(mutex_);
      postponed_.erase(taken.id);
    }
    if (!taken.error.empty()) {
      ++totals_.failed;
      spdlog::error("batch {} of store {} was set aside: {}", taken.id, taken.store_id,
                    taken.error);
      return;
    }
    ++totals_.batches;
    totals_.rows += static_cast<std::int64_t>(taken.rows);
    totals_.dead += static_cast<std::int64_t>(taken.applied.dead);
    if (taken.applied.dead > 0) {
      spdlog::error("batch {} of store {}: {} refused and kept as dead letters", taken.id,
                    taken.store_id,
                    counted(static_cast<std::int64_t>(taken.applied.dead), "row is", "rows are"));
    }
  }

  void give_up(const Error& error) {
    const std::scoped_lock lock(mutex_);
    if (failure_.empty()) failure_ = error.what();
  }

  int conclude() {
    if (flags_.json) {
      nlohmann::json answer = {{"batches", totals_.batches.load()},
                               {"rows", totals_.rows.load()},
                               {"dead_letters", totals_.dead.load()},
                               {"failed_batches", totals_.failed.load()},
                               {"error", nullptr}};
      if (!failure_.empty()) answer["error"] = failure_;
      out_.write_json(answer);
    } else if (flags_.once) {
      out_.say("applied {} in {}\n", rows_text(totals_.rows),
               counted(totals_.batches, "batch", "batches"));
    }
    if (!failure_.empty()) {
      out_.complain("{}", failure_);
      return others_hold_ ? kTryLater : kFailed;
    }
    if (flags_.once && totals_.failed + totals_.dead > 0) {
      out_.complain(
          "{} could not be read and {} refused; see "
          "edo-replicator status, then requeue",
          counted(totals_.failed, "batch", "batches"), counted(totals_.dead, "row is", "rows are"));
      return kFailed;
    }
    return kDone;
  }

  const Flags& flags_;
  postgres::Target target_;
  const shipping::Stop& stop_;
  Output& out_;
  milliseconds interval_;
  milliseconds keep_applied_;
  Totals totals_;
  std::mutex mutex_;
  struct Postponed {
    int attempts = 0;
    std::string error;
  };
  std::map<std::int64_t, Postponed> postponed_;  // with --once: batches that this run has postponed
  std::string failure_;                          // with --once: why the first worker gave up
  bool last_ = false;                            // with --once: the workers have ended
  bool others_hold_ =
      false;  // with --once: batches are left because other sessions have locked them
};

int apply_inbox(const Flags& flags, Output& out) {
  shipping::Stop stop;
  const StopSignals signals(stop);
  return Workers(flags, stop, out).run();
}

class Apply final : public Command {
 public:
  explicit Apply(CLI::App* options) : Command(options) {
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options
        ->add_option("--workers", flags_.workers,
                     "Number of stores whose batches are applied concurrently")
        ->check(CLI::Range(1, 64))
        ->type_name("N")
        ->capture_default_str();
    auto* once =
        options->add_flag("--once", flags_.once, "Apply the batches in the inbox now, then exit")
            ->configurable(false);
    options
        ->add_option("--interval", flags_.interval, "Without --once: how often to poll for batches")
        ->capture_default_str()
        ->type_name("DURATION")
        ->excludes(once);
    options
        ->add_option("--keep-applied", flags_.keep_applied,
                     "How long to keep applied batches for a replay")
        ->capture_default_str()
        ->type_name("DURATION");
    add_json(*options, flags_.json);
    options->footer(
        "Any number of appliers may run at once, on any machine. The batches of one store are\n"
        "applied in order. A batch that cannot be read or that fails repeatedly is set aside,\n"
        "and rows that the tables refuse become dead letters, so they do not block later\n"
        "batches; edo-replicator requeue tries them again. The command also does maintenance\n"
        "of the central database: it refreshes hourly figures and deletes old batches. With\n"
        "--once, maintenance comes last, and a failure of it exits with 1.\n\n"
        "Example:\n"
        "  edo-replicator apply --to postgresql://applier@db.example.com/telemetry --workers 4");
    require({target});
  }

  int run(Output& out) override { return apply_inbox(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_apply(CLI::App& program) {
  return std::make_unique<Apply>(
      program.add_subcommand("apply", "Apply the batches in the central inbox"));
}

}  // namespace edo::cli
