// Maintenance of the central database: does the tasks of maintenance_task() in schemas/postgres
// every few seconds. No batch waits for it. It has a connection of its own, which is open only
// while it is needed, and each portion of a task is one transaction with a timeout of four minutes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "edo/error.hpp"
#include "replicator/postgres/target.hpp"
#include "replicator/ship/stop.hpp"

namespace edo::shipping {

struct MaintenanceOptions {
  postgres::Target target;
  std::string schema;
  std::chrono::milliseconds keep_applied = std::chrono::hours(72);  // batches of the inbox
  // The pause between two portions of a task. After a long portion the pause is longer, so that
  // maintenance keeps the central database busy for a fifth of the time at most, or for half of it
  // while there is more to do.
  std::chrono::milliseconds interval{10'000};
  // How long a statement may still run after a stop request.
  std::chrono::milliseconds stop_grace{1000};
};

struct MaintenanceFailure {
  const Error& error;
  std::chrono::milliseconds pause;  // until the next attempt of that task
  bool is_new;                      // it differs from the last failure of that task
};

// Does maintenance on a thread of its own until it is destroyed. The destructor takes no longer
// than `stop_grace`, or than the resolver takes for a name.
class Maintenance {
 public:
  // `on_failure` is called on that thread.
  Maintenance(MaintenanceOptions options,
              std::function<void(const MaintenanceFailure&)> on_failure);
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;
  ~Maintenance();

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// Does all maintenance once. After a minute it does only one more portion of each task. Tries every
// task, then throws the first Error.
void maintain_once(const MaintenanceOptions& options, const Stop& stop);

}  // namespace edo::shipping
