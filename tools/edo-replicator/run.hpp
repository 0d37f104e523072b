// What both forms of `edo-replicator run` share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/ship/maintenance.hpp"
#include "replicator/ship/stop.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"
#include "tools/program/config.hpp"
#include "tools/program/output.hpp"

namespace edo::cli {

struct RunFlags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  std::string via = "direct";
  bool once = false;
  std::string time_budget;
  std::string interval = "5s";
  std::string heartbeat = "1m";
  std::string store_time_limit = "30s";
  std::int64_t batch_changes = source::SliceLimits{}.changes;
  int zstd_level = batch::EncodeOptions{}.level;
  std::optional<int> retry_attempts;
  std::string retry_delay = "1s";
  std::string metrics;
  bool json = false;
};

[[nodiscard]] std::unique_ptr<sinks::Sink> make_sink(const RunFlags& flags,
                                                     const shipping::Stop& stop);
// Maintenance of the central database, if this role may do it.
[[nodiscard]] std::optional<shipping::MaintenanceOptions> maintenance_of(const RunFlags& flags);

// Both return the exit code. `given` is without what the configuration file says.
int run_once(const RunFlags& flags, shipping::Stop& stop, Output& out);
int run_daemon(RunFlags& flags, const RunFlags& given, Config& config, shipping::Stop& stop);

}  // namespace edo::cli
