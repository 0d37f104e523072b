// The store as a recorder has it open: opens and registers, notices that its files were moved,
// removed or replaced, and keeps two processes from writing one log. Belongs to the leader, except
// where a function says otherwise.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "recorder/call.hpp"
#include "recorder/dropped_calls.hpp"
#include "recorder/session.hpp"
#include "recorder/wakeup.hpp"
#include "storage/store_files.hpp"

namespace edo::recorder {

class OpenStore {
 public:
  OpenStore(const Options& options, const base::Clock& clock, Wakeup& wakeup)
      : options_(options), clock_(clock), wakeup_(wakeup) {}
  OpenStore(const OpenStore&) = delete;
  OpenStore& operator=(const OpenStore&) = delete;

  // Null while the store is not open.
  [[nodiscard]] Session* session() const noexcept { return session_.get(); }

  // Opens the store and registers this process in it, or does what is still to do of that. Throws
  // Error.
  void open(DroppedCalls& dropped, Reports& reports);
  // For a new recorder: waits a moment for processes that are about to leave the log at the path.
  void wait_for_log();
  // Whether opening has failed only because other processes are busy with the files, so that a
  // later call may succeed.
  [[nodiscard]] bool waits_for_others() const noexcept;

  // Leaves files that are not at their paths any more, since nobody would ever see rows in them.
  // Returns whether it has. Throws Error (busy) while the log is being written into the store.
  bool leave_moved_files(Reports& reports);

  // Whether the log may be written into the store. Nobody else begins another log until
  // end_checkpoint().
  [[nodiscard]] bool begin_checkpoint(std::chrono::milliseconds patience = {});
  void end_checkpoint() noexcept { checkpoint_lock_.reset(); }
  [[nodiscard]] bool is_checkpointing() const noexcept { return checkpoint_lock_.has_value(); }

  // The connection of the maintenance thread. It is opened by the leader, right after it has seen
  // that the files are at their paths: opened by the thread itself, it might be another store's.
  // Null if the store is not open. Throws Error.
  [[nodiscard]] std::shared_ptr<storage::Database> maintenance_connection();

  // Ends both connections. The caller destroys the session without the lead, since that may take
  // long.
  [[nodiscard]] std::unique_ptr<Session> release();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool is_log_in_use();
  // Whether little time has passed since this was first asked: nobody waits without end for a
  // process that was stopped.
  [[nodiscard]] static bool is_recent(TimePoint& since);
  void refuse_busy_files();
  void report_log_aside(Reports& reports) const;
  [[nodiscard]] Error busy(std::string_view operation, std::string_view why) const;

  const Options& options_;
  const base::Clock& clock_;
  Wakeup& wakeup_;
  std::unique_ptr<Session> session_;
  std::shared_ptr<storage::Database> maintenance_connection_;
  std::optional<storage::FolderLock> checkpoint_lock_;
  // Since when; the clock's epoch: not.
  TimePoint moved_since_;        // the files are not at their paths
  TimePoint log_in_use_since_;   // by other processes
  TimePoint folder_busy_since_;  // because of other processes
  bool left_log_ = false;        // of a store that is still at its path
};

// Ends a checkpoint with its scope.
class CheckpointEnd {
 public:
  explicit CheckpointEnd(OpenStore& store) noexcept : store_(store) {}
  CheckpointEnd(const CheckpointEnd&) = delete;
  CheckpointEnd& operator=(const CheckpointEnd&) = delete;
  ~CheckpointEnd() { store_.end_checkpoint(); }

 private:
  OpenStore& store_;
};

}  // namespace edo::recorder
