// The work that no call waits for: checkpoints, queued calls, the size limit, and the end of the
// recorder. It has a thread of its own, which leads for each short step and does the long ones
// without the lead.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "edo/options.hpp"
#include "recorder/call_writer.hpp"
#include "recorder/checkpoints.hpp"
#include "recorder/commit_group.hpp"
#include "recorder/wakeup.hpp"

namespace edo::recorder {

class Maintenance {
 public:
  using Report = std::function<void(const Error&)>;

  Maintenance(const Options& options, CommitGroup& group, CallWriter& writer, Wakeup& wakeup,
              Report report);
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  // The thread's function. Returns when the recorder was closed.
  void run() noexcept;
  // Nothing is reported from now on. Any thread may call it.
  void silence();

 private:
  // What one round of the work has found out.
  struct Round {
    bool waits = false;  // for time to pass
    bool finds_trees = false;
    std::optional<std::chrono::milliseconds> time_to_share;
    Checkpoints::Next checkpoint = Checkpoints::Next::nothing;
    std::shared_ptr<storage::Database> connection;
  };
  // When there is work again: not before `pause`, and by `at_most` even if nobody wakes the thread.
  struct Rest {
    std::optional<std::chrono::milliseconds> pause = {};
    std::optional<std::chrono::milliseconds> at_most = {};
  };

  template <typename Work>
  void lead(Work&& work);
  void report(const Error& error);

  [[nodiscard]] Rest work_or_report();
  [[nodiscard]] Rest work();
  // Both lead.
  void begin(Round& round);
  void begin_checkpoint(Round& round);
  void checkpoint(Round& round);

  void end();
  [[nodiscard]] bool store_the_rest();

  const Options& options_;
  CommitGroup& group_;
  CallWriter& writer_;
  Wakeup& wakeup_;
  const Report report_;
  std::mutex reporting_;
  bool silent_ = false;  // guarded by reporting_
};

}  // namespace edo::recorder
