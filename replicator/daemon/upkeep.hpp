// What the centre needs done every few seconds: the tasks of upkeep_task() in schemas/postgres. No
// batch waits for them: they have a connection of their own, which is there while it is needed, and
// each portion of a task is one transaction, which the server gives four minutes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "edo/error.hpp"
#include "replicator/daemon/stop.hpp"
#include "replicator/postgres/target.hpp"

namespace edo::daemon {

struct UpkeepOptions {
  postgres::Target target;
  std::string schema;
  std::chrono::milliseconds keep_applied = std::chrono::hours(72);  // batches of the inbox
  // Between two portions of a task. One that took long waits for longer, so that it keeps the
  // centre busy for a fifth of the time at most, or for half of it while there is more to do.
  std::chrono::milliseconds interval{10'000};
  // What a statement is given to finish when it is time to end.
  std::chrono::milliseconds stop_grace{1000};
};

struct UpkeepFailure {
  const Error& error;
  std::chrono::milliseconds pause;  // until that task is tried again
  bool is_news;                     // it is not what was told of that task last
};

// Does it again and again, on a thread of its own, until destroyed, which takes no longer than
// `stop_grace`, or than the resolver takes for a name.
class Upkeep {
 public:
  // `on_failure` is called on that thread.
  Upkeep(UpkeepOptions options, std::function<void(const UpkeepFailure&)> on_failure);
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;
  ~Upkeep();

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// Does once what there is to do; after a minute it begins nothing more but one portion of each
// task. Throws the first Error when all that can be done has been.
void look_after(const UpkeepOptions& options, const Stop& stop);

}  // namespace edo::daemon
