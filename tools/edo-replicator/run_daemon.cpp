// edo-replicator run without --once: the daemon with its log and its metrics.
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
#include "replicator/metrics/metrics.hpp"
#include "replicator/ship/fleet.hpp"
#include "replicator/ship/loop.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/edo-replicator/progress.hpp"
#include "tools/edo-replicator/run.hpp"
#include "tools/program/metrics_server.hpp"
#include "tools/program/notify.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kHealingInterval{10};
// The time limit for measuring one store for the metrics.
constexpr std::chrono::seconds kMeasureTimeLimit{2};

shipping::LoopOptions loop_options(const RunFlags& flags) {
  shipping::LoopOptions options;
  options.stores = flags.stores;
  options.interval = pause_of("--interval", flags.interval);
  options.heartbeat = pause_of("--heartbeat", flags.heartbeat);
  options.retry_delay = pause_of("--retry-delay", flags.retry_delay);
  options.retry_attempts = flags.retry_attempts;
  options.longest_pause = longest_rest();
  options.cycle.limits.changes = flags.batch_changes;
  options.cycle.time_limit = pause_of("--store-time-limit", flags.store_time_limit);
  return options;
}

// Measures a store when Prometheus asks, so that it costs nothing otherwise.
void measure(const std::string& path, metrics::Metrics& metrics, const shipping::Stop& stop) {
  const shipping::StoreTimeLimit turn(stop, kMeasureTimeLimit);
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
    metrics.store(path, [&](metrics::StoreMetrics& values) {
      values.pending_changes = static_cast<std::uint64_t>(pending);
      values.oldest_change_seconds =
          oldest ? std::max(0.0, static_cast<double>(base::Clock::system().now() - *oldest) / 1e6)
                 : 0;
      values.wal_bytes = has_wal ? static_cast<std::uint64_t>(wal.st_size) : 0;
      values.healing = is_healing ? 1 : 0;
    });
  } catch (const Error&) {
    // The loop reports problems of a store; the metrics keep the last values.
    return;
  }
}

std::uint64_t count(std::size_t value) { return static_cast<std::uint64_t>(value); }

// Logs events. It reports the same failure only once, so that a central database that is
// unreachable for a night gives one line and not a thousand.
class Reporter {
 public:
  Reporter(metrics::Metrics& metrics, const RunFlags& flags) : metrics_(metrics), flags_(flags) {}

  void on_progress(const shipping::Progress& progress) {
    notify_alive();
    metrics_.target(as_target(flags_.url).label(), [&](metrics::TargetMetrics& values) {
      values.ship_seconds.observe(std::chrono::duration<double>(progress.last_ship).count());
    });
  }

  void on_healing(const std::string& store, const shipping::HealingStep& step) {
    notify_alive();
    if (step.stage != shipping::HealingStep::Stage::continues) {
      spdlog::warn("{}: {}", store, describe(step));
    } else if (const auto now = std::chrono::steady_clock::now(); now >= next_healing_line_) {
      next_healing_line_ = now + kHealingInterval;
      spdlog::info("{}: {}", store, describe(step));
    }
  }

  void on_cycle(const std::string& store, const shipping::Progress& progress) {
    if (progress.finished) {
      reported_.erase("");
      if (reported_.erase(store) > 0) spdlog::info("{}: ships again", store);
    }
    if (progress.changes > 0) spdlog::info("{}: shipped {}", store, summary(progress));
    if (progress.dead > 0) {
      spdlog::error("{}: the central database refused {} and keeps them as dead letters", store,
                    rows_text(static_cast<std::int64_t>(progress.dead)));
    }
    metrics_.store(store, [&](metrics::StoreMetrics& values) {
      values.inserted_rows += count(progress.inserted);
      values.updated_rows += count(progress.updated);
      values.unchanged_rows += count(progress.unchanged);
      values.inbox_rows += count(progress.in_inbox);
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
                    [&](metrics::TargetMetrics& values) { values.count(error); });
    if (std::exchange(reported_[subject], error.what()) == error.what()) return;
    spdlog::warn("{}; retrying in {} ms, without end", error.what(), pause.count());
  }

 private:
  metrics::Metrics& metrics_;
  const RunFlags& flags_;
  std::map<std::string, std::string> reported_;  // the last error of each subject
  std::chrono::steady_clock::time_point next_healing_line_{};
};

// Serves the metrics. The server survives a reload with the same address, so that no other process
// can take the port meanwhile.
class Exposition {
 public:
  Exposition(metrics::Metrics& metrics, const shipping::Stop& stop)
      : metrics_(metrics), stop_(stop) {}

  // Throws Error if it cannot listen there; then nothing changes.
  void serve(const std::string& listen, const std::vector<std::string>& stores) {
    std::unique_ptr<cli::MetricsServer> server;
    const bool moves = listen != listen_;
    if (moves && !listen.empty()) {
      server = std::make_unique<cli::MetricsServer>(listen, [this] { return page(); });
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
    for (const auto& store : shipping::find_stores(patterns)) measure(store, metrics_, stop_);
    return metrics_.render();
  }

  metrics::Metrics& metrics_;
  const shipping::Stop& stop_;
  std::mutex mutex_;
  std::vector<std::string> stores_;
  std::string listen_;
  std::unique_ptr<cli::MetricsServer> server_;  // last, so that its thread ends first
};

// The shipping that the flags ask for.
struct Shipping {
  shipping::LoopOptions options;
  std::unique_ptr<sinks::Sink> sink;
  std::unique_ptr<shipping::Maintenance> maintenance = {};
};

std::unique_ptr<shipping::Maintenance> start_maintenance(const RunFlags& flags,
                                                         metrics::Metrics& metrics) {
  auto options = maintenance_of(flags);
  if (!options) return nullptr;
  const auto tell = [&metrics, label = options->target.label()](const auto& failure) {
    metrics.target(label, [&](metrics::TargetMetrics& values) { values.count(failure.error); });
    if (!failure.is_new) return;
    spdlog::warn("{}; retrying in {} ms", failure.error.what(), failure.pause.count());
  };
  return std::make_unique<shipping::Maintenance>(std::move(*options), tell);
}

// Throws an Error that a retry cannot cure, because the user sees it now. The loop waits for an
// unreachable central database.
Shipping set_up(const RunFlags& flags, metrics::Metrics& metrics, const shipping::Stop& stop) {
  Shipping shipping{loop_options(flags), make_sink(flags, stop)};
  try {
    shipping.sink->prepare();
  } catch (const Error& error) {
    if (!error.is_retryable()) throw;
  }
  shipping.maintenance = start_maintenance(flags, metrics);
  return shipping;
}

}  // namespace

int run_daemon(RunFlags& flags, const RunFlags& given, Config& config, shipping::Stop& stop) {
  metrics::Metrics metrics;
  Reporter reporter(metrics, flags);
  shipping::LoopEvents events;
  events.on_progress = std::bind_front(&Reporter::on_progress, &reporter);
  events.on_cycle = std::bind_front(&Reporter::on_cycle, &reporter);
  events.on_healing = std::bind_front(&Reporter::on_healing, &reporter);
  events.on_error = std::bind_front(&Reporter::on_error, &reporter);
  events.on_alive = notify_alive;
  Exposition exposition(metrics, stop);
  exposition.serve(flags.metrics, flags.stores);
  auto shipping = set_up(flags, metrics, stop);
  for (;;) {
    spdlog::info("shipping {} every {}", fmt::join(flags.stores, ", "), flags.interval);
    notify("READY=1\nSTATUS=shipping");
    shipping::ship_continuously(shipping.options, *shipping.sink, events, stop);
    if (stop.requested()) break;
    stop.reloaded();
    notify("RELOADING=1");
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
  notify("STOPPING=1");
  shipping.maintenance.reset();
  spdlog::info("stopped");
  return kDone;
}

}  // namespace edo::cli
