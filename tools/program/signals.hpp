// Signals of a program as stop requests.
#pragma once

#include "replicator/ship/stop.hpp"

namespace edo::cli {

// While it lives, SIGTERM and SIGINT request a stop. A second signal ends the process at once.
// There is at most one of them in a process.
class StopSignals {
 public:
  // `stop` must outlive it.
  explicit StopSignals(shipping::Stop& stop);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  // Makes SIGHUP request a reload.
  void reload_on_hangup();
};

}  // namespace edo::cli
