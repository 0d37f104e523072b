// What the two ways of `edo-replicator run` share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/cli/config.hpp"
#include "replicator/daemon/stop.hpp"
#include "replicator/daemon/upkeep.hpp"
#include "replicator/sinks/sink.hpp"
#include "replicator/source/source.hpp"

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
  std::string store_patience = "30s";
  std::int64_t batch_rows = source::SliceLimits{}.lines;
  int zstd_level = batch::EncodeOptions{}.level;
  std::optional<int> retry_attempts;
  std::string retry_delay = "1s";
  std::string metrics;
  bool json = false;
};

[[nodiscard]] std::unique_ptr<sinks::Sink> make_sink(const RunFlags& flags,
                                                     const daemon::Stop& stop);
// What the centre needs besides, where this program may do it.
[[nodiscard]] std::optional<daemon::UpkeepOptions> upkeep_of(const RunFlags& flags);

// Both return the exit code. `given` is without what the configuration file says.
int run_once(const RunFlags& flags, daemon::Stop& stop);
int run_for_ever(RunFlags& flags, const RunFlags& given, Config& config, daemon::Stop& stop);

}  // namespace edo::cli
