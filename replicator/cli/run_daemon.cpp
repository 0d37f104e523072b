// edo-replicator run without --once: the daemon, what it logs and what it tells Prometheus.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

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
#include "storage/beside.hpp"
#include "storage/store.hpp"
#include "tables/outbox.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

daemon::LoopOptions loop_options(const RunFlags& flags) {
  daemon::LoopOptions options;
  options.stores = flags.stores;
  options.interval = pause_of("--interval", flags.interval);
  options.heartbeat = pause_of("--heartbeat", flags.heartbeat);
  options.retry_delay = pause_of("--retry-delay", flags.retry_delay);
  options.retry_attempts = flags.retry_attempts;
  options.cycle.limits.lines = flags.batch_rows;
  return options;
}

// Looks at a store when somebody asks, so that it costs nothing while nobody does.
void measure(const std::string& path, daemon::Metrics& metrics) {
  try {
    auto database = storage::open_store(path, {});
    tables::Outbox outbox(database);
    const auto pending = outbox.newest() - outbox.watermark();
    const auto oldest = outbox.oldest_change();
    struct stat wal {};
    const bool has_wal = stat(storage::beside(path, "-wal").c_str(), &wal) == 0;
    metrics.store(path, [&](daemon::StoreMetrics& values) {
      values.pending_changes = static_cast<std::uint64_t>(pending);
      values.oldest_change_seconds =
          oldest ? std::max(0.0, static_cast<double>(base::Clock::system().now() - *oldest) / 1e6)
                 : 0;
      values.wal_bytes = has_wal ? static_cast<std::uint64_t>(wal.st_size) : 0;
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

  void on_cycle(const std::string& store, const daemon::Progress& progress) {
    told_.erase("");
    if (told_.erase(store) > 0) spdlog::info("{}: works again", store);
    if (progress.changes > 0) spdlog::info("{}: shipped {}", store, summary(progress));
    if (progress.dead > 0) {
      spdlog::error("{}: the centre refuses {} and keeps them as dead letters", store,
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
      values.last_success = static_cast<double>(base::Clock::system().now()) / 1e6;
    });
  }

  void on_error(const std::string& subject, const Error& error, milliseconds pause) {
    metrics_.target(as_target(flags_.url).label(),
                    [&](daemon::TargetMetrics& values) { values.count(error); });
    if (std::exchange(told_[subject], error.what()) == error.what()) return;
    spdlog::warn("{}; trying again in {} ms and as long as it takes", error.what(), pause.count());
  }

 private:
  daemon::Metrics& metrics_;
  const RunFlags& flags_;
  std::map<std::string, std::string> told_;  // the last error of each subject
};

}  // namespace

int run_for_ever(RunFlags& flags, const RunFlags& given, Config& config, daemon::Stop& stop) {
  daemon::Metrics metrics;
  Reporter reporter(metrics, flags);
  daemon::LoopEvents events;
  events.on_cycle = std::bind_front(&Reporter::on_cycle, &reporter);
  events.on_error = std::bind_front(&Reporter::on_error, &reporter);
  for (;;) {
    auto options = loop_options(flags);
    options.cycle.on_progress = std::bind_front(&Reporter::on_progress, &reporter);
    std::optional<daemon::MetricsServer> server;
    if (!flags.metrics.empty()) {
      server.emplace(flags.metrics, [&metrics, patterns = flags.stores] {
        for (const auto& store : daemon::find_stores(patterns)) measure(store, metrics);
        return metrics.render();
      });
      spdlog::info("metrics at http://{}/metrics", server->address());
    }
    const auto sink = make_sink(flags, stop);
    spdlog::info("shipping {} every {}", fmt::join(flags.stores, ", "), flags.interval);
    daemon::notify("READY=1\nSTATUS=shipping");
    daemon::ship_for_ever(options, *sink, events, stop);
    if (stop.requested()) break;
    stop.reloaded();
    daemon::notify("RELOADING=1");
    const RunFlags before = std::exchange(flags, given);
    try {
      config.read();
      if (flags.stores.empty()) throw CLI::RequiredError("--store");
      if (flags.url.empty()) throw CLI::RequiredError("--to");
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

}  // namespace edo::cli
