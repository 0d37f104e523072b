// edo-replicator run without --once: the daemon, what it logs and what it tells Prometheus.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/progress.hpp"
#include "replicator/cli/run.hpp"
#include "replicator/daemon/fleet.hpp"
#include "replicator/daemon/loop.hpp"
#include "replicator/daemon/metrics.hpp"
#include "replicator/daemon/metrics_server.hpp"
#include "replicator/daemon/notify.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kHealingInterval{10};
// At one store, for the metrics.
constexpr std::chrono::seconds kLongestLook{2};

daemon::LoopOptions loop_options(const RunFlags& flags) {
  daemon::LoopOptions options;
  options.stores = flags.stores;
  options.interval = pause_of("--interval", flags.interval);
  options.heartbeat = pause_of("--heartbeat", flags.heartbeat);
  options.retry_delay = pause_of("--retry-delay", flags.retry_delay);
  options.retry_attempts = flags.retry_attempts;
  options.cycle.limits.lines = flags.batch_rows;
  options.cycle.patience = pause_of("--store-patience", flags.store_patience);
  return options;
}

// Looks at a store when somebody asks, so that it costs nothing while nobody does.
void measure(const std::string& path, daemon::Metrics& metrics, const daemon::Stop& stop) {
  const daemon::Turn turn(stop, kLongestLook);
  storage::OpenOptions options;
  options.interrupt = &turn;
  try {
    auto database = storage::open_store(path, options);
    tables::Outbox outbox(database);
    const auto pending = outbox.newest() - outbox.watermark();
    const auto oldest = outbox.oldest_change();
    const bool is_healing = tables::CentralRecord(database).is_healing();
    struct stat wal {};
    const bool has_wal = stat(storage::side_file(path, "-wal").c_str(), &wal) == 0;
    metrics.store(path, [&](daemon::StoreMetrics& values) {
      values.pending_changes = static_cast<std::uint64_t>(pending);
      values.oldest_change_seconds =
          oldest ? std::max(0.0, static_cast<double>(base::Clock::system().now() - *oldest) / 1e6)
                 : 0;
      values.wal_bytes = has_wal ? static_cast<std::uint64_t>(wal.st_size) : 0;
      values.healing = is_healing ? 1 : 0;
    });
  } catch (const Error&) {
    // The loop tells what is wrong with a store; here it keeps the values that it had.
    return;
  }
}

std::uint64_t count(std::size_t value) { return static_cast<std::uint64_t>(value); }

// Logs what happens, but a centre that is away for a night as one line and not as a thousand.
class Reporter {
 public:
  Reporter(daemon::Metrics& metrics, const RunFlags& flags) : metrics_(metrics), flags_(flags) {}

  void on_progress(const daemon::Progress& progress) {
    daemon::notify_alive();
    metrics_.target(as_target(flags_.url).label(), [&](daemon::TargetMetrics& values) {
      values.ship_seconds.observe(std::chrono::duration<double>(progress.last_ship).count());
    });
  }

  void on_healing(const std::string& store, const daemon::HealingStep& step) {
    daemon::notify_alive();
    if (step.stage != daemon::HealingStep::Stage::going_on) {
      spdlog::warn("{}: {}", store, describe(step));
    } else if (const auto now = std::chrono::steady_clock::now(); now >= next_healing_line_) {
      next_healing_line_ = now + kHealingInterval;
      spdlog::info("{}: {}", store, describe(step));
    }
  }

  void on_cycle(const std::string& store, const daemon::Progress& progress) {
    if (progress.finished) {
      told_.erase("");
      if (told_.erase(store) > 0) spdlog::info("{}: ships again", store);
    }
    if (progress.changes > 0) spdlog::info("{}: shipped {}", store, summary(progress));
    if (progress.dead > 0) {
      spdlog::error("{}: the central database refused {} and keeps them as dead letters", store,
                    rows_text(static_cast<std::int64_t>(progress.dead)));
    }
    metrics_.store(store, [&](daemon::StoreMetrics& values) {
      values.inserted_rows += count(progress.inserted);
      values.updated_rows += count(progress.updated);
      values.unchanged_rows += count(progress.unchanged);
      values.waiting_rows += count(progress.waiting);
      values.dead_letters += count(progress.dead);
      values.batches += static_cast<std::uint64_t>(progress.batches);
      values.raw_bytes += count(progress.bytes);
      values.sent_bytes += count(progress.bytes_sent);
      if (!progress.finished) return;
      values.last_success = static_cast<double>(base::Clock::system().now()) / 1e6;
    });
  }

  void on_error(const std::string& subject, const Error& error, milliseconds pause) {
    metrics_.target(as_target(flags_.url).label(),
                    [&](daemon::TargetMetrics& values) { values.count(error); });
    if (std::exchange(told_[subject], error.what()) == error.what()) return;
    spdlog::warn("{}; retrying in {} ms, without end", error.what(), pause.count());
  }

 private:
  daemon::Metrics& metrics_;
  const RunFlags& flags_;
  std::map<std::string, std::string> told_;  // the last error of each subject
  std::chrono::steady_clock::time_point next_healing_line_{};
};

// Serves the metrics. Its server outlives a new configuration with the same address, which nobody
// else could be given meanwhile.
class Exposition {
 public:
  Exposition(daemon::Metrics& metrics, const daemon::Stop& stop) : metrics_(metrics), stop_(stop) {}

  // Throws Error if it cannot listen there; then everything is as it was.
  void serve(const std::string& listen, const std::vector<std::string>& stores) {
    std::unique_ptr<daemon::MetricsServer> server;
    const bool moves = listen != listen_;
    if (moves && !listen.empty()) {
      server = std::make_unique<daemon::MetricsServer>(listen, [this] { return page(); });
    }
    {
      const std::scoped_lock lock(mutex_);
      stores_ = stores;
    }
    if (!moves) return;
    if (server) spdlog::info("metrics at http://{}/metrics", server->address());
    server_ = std::move(server);
    listen_ = listen;
  }

 private:
  std::string page() {
    const auto patterns = [this] {
      const std::scoped_lock lock(mutex_);
      return stores_;
    }();
    for (const auto& store : daemon::find_stores(patterns)) measure(store, metrics_, stop_);
    return metrics_.render();
  }

  daemon::Metrics& metrics_;
  const daemon::Stop& stop_;
  std::mutex mutex_;
  std::vector<std::string> stores_;
  std::string listen_;
  std::unique_ptr<daemon::MetricsServer> server_;  // last, so that its thread ends first
};

// What the flags ask for.
struct Shipping {
  daemon::LoopOptions options;
  std::unique_ptr<sinks::Sink> sink;
  std::unique_ptr<daemon::Upkeep> upkeep = {};
};

std::unique_ptr<daemon::Upkeep> start_upkeep(const RunFlags& flags, daemon::Metrics& metrics) {
  auto options = upkeep_of(flags);
  if (!options) return nullptr;
  const auto tell = [&metrics, label = options->target.label()](const auto& failure) {
    metrics.target(label, [&](daemon::TargetMetrics& values) { values.count(failure.error); });
    if (!failure.is_news) return;
    spdlog::warn("{}; retrying in {} ms", failure.error.what(), failure.pause.count());
  };
  return std::make_unique<daemon::Upkeep>(std::move(*options), tell);
}

// Throws Error for what trying again cannot cure, since somebody is looking now. For a centre that
// is away the loop waits.
Shipping set_up(const RunFlags& flags, daemon::Metrics& metrics, const daemon::Stop& stop) {
  Shipping shipping{loop_options(flags), make_sink(flags, stop)};
  try {
    shipping.sink->prepare();
  } catch (const Error& error) {
    if (!error.is_retryable()) throw;
  }
  shipping.upkeep = start_upkeep(flags, metrics);
  return shipping;
}

}  // namespace

int run_for_ever(RunFlags& flags, const RunFlags& given, Config& config, daemon::Stop& stop) {
  daemon::Metrics metrics;
  Reporter reporter(metrics, flags);
  daemon::LoopEvents events;
  events.on_progress = std::bind_front(&Reporter::on_progress, &reporter);
  events.on_cycle = std::bind_front(&Reporter::on_cycle, &reporter);
  events.on_healing = std::bind_front(&Reporter::on_healing, &reporter);
  events.on_error = std::bind_front(&Reporter::on_error, &reporter);
  Exposition exposition(metrics, stop);
  exposition.serve(flags.metrics, flags.stores);
  auto shipping = set_up(flags, metrics, stop);
  for (;;) {
    spdlog::info("shipping {} every {}", fmt::join(flags.stores, ", "), flags.interval);
    daemon::notify("READY=1\nSTATUS=shipping");
    daemon::ship_for_ever(shipping.options, *shipping.sink, events, stop);
    if (stop.requested()) break;
    stop.reloaded();
    daemon::notify("RELOADING=1");
    const RunFlags before = std::exchange(flags, given);
    try {
      config.read();
      if (flags.stores.empty()) throw CLI::RequiredError("--store");
      if (flags.url.empty()) throw CLI::RequiredError("--to");
      auto next = set_up(flags, metrics, stop);
      exposition.serve(flags.metrics, flags.stores);
      shipping = std::move(next);
      spdlog::info("read {} again", config.path().empty() ? "no configuration" : config.path());
    } catch (const std::exception& error) {
      spdlog::error("{}; keeping the previous configuration", error.what());
      flags = before;
    }
  }
  daemon::notify("STOPPING=1");
  shipping.upkeep.reset();
  spdlog::info("stopped");
  return kDone;
}

}  // namespace edo::cli
