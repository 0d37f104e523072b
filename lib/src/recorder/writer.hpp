// Stores the calls of one process in its store. A call goes through the CommitGroup, whose leader
// lets the CallWriter write it; Maintenance does what no call waits for.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/call_writer.hpp"
#include "recorder/change.hpp"
#include "recorder/commit_group.hpp"
#include "recorder/maintenance.hpp"
#include "recorder/queue.hpp"
#include "recorder/wakeup.hpp"

namespace edo::recorder {

class Writer {
 public:
  using Report = std::function<void(const Error&)>;

  enum class Open { now, with_first_call };

  // Opens the store, registers this process in it and marks the rows that dead ones left. Throws
  // Error if the store is to be opened now and cannot be. With the first call, such a failure keeps
  // the call in memory. Must be made with new: the last of its owner and its own thread deletes it.
  Writer(const Options& options, std::shared_ptr<const base::Clock> clock, Report report,
         Open open = Open::now);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // The owner's, after close().
  void let_go() noexcept;

  Outcome record(const Change& change);
  // All of them in one transaction; the worst of their outcomes.
  Outcome record(const Queue& changes);
  // Stores the calls that wait to share a commit.
  void commit();
  // Waits until no call is queued, at most `timeout`. Returns whether that is so.
  [[nodiscard]] bool flush(std::chrono::milliseconds timeout);
  // A call that failed before it came here is still counted as dropped.
  void count_dropped(const Error& why) { group_.count_dropped(why); }

  // Stores what is still queued, if it can be stored, ends the registration and empties the log.
  // Calls made from now on are reported as closed. Waits for all that no longer than `timeout`, and
  // reports nothing afterwards; what is left is in the answer, and goes on as long as the process.
  Health close(std::chrono::milliseconds timeout);

  // The fork generation it was made in.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] Health health() const { return group_.health(); }

 private:
  ~Writer() = default;

  void settle(std::span<Call> calls);
  void report_all(const Reports& reports) const;
  void report_from_thread(const Error& error) const;

  const Options options_;
  const std::shared_ptr<const base::Clock> clock_;
  const Report report_;
  const std::uint64_t generation_;
  std::atomic<int> holders_ = 2;  // the owner and the thread
  Wakeup wakeup_;
  CallWriter call_writer_;
  CommitGroup group_;
  Maintenance maintenance_;
};

}  // namespace edo::recorder
