// Writes calls to the store, or decides what becomes of those that it does not take: queued or
// dropped. Everything in it belongs to the leader of the CommitGroup, except count_running().
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "recorder/call.hpp"
#include "recorder/checkpoints.hpp"
#include "recorder/dropped_calls.hpp"
#include "recorder/open_store.hpp"
#include "recorder/queue.hpp"
#include "recorder/retry_queue.hpp"
#include "recorder/size_limit.hpp"
#include "recorder/wakeup.hpp"

namespace edo::recorder {

class CallWriter {
 public:
  CallWriter(const Options& options, const base::Clock& clock, Wakeup& wakeup);
  CallWriter(const CallWriter&) = delete;
  CallWriter& operator=(const CallWriter&) = delete;

  // Opens the store for a new recorder. Throws Error, unless a later call may succeed.
  void open();

  // Settles the calls: each is then stored, queued or dropped.
  void store(std::span<Call* const> calls);
  // Stores what is queued, and the count of dropped calls.
  void store_queued() { store({}); }
  // Queues calls of threads that could not wait until they were the leader.
  void take_over(Queue& late);
  // Drops what is queued and ends the recorder entry. Calls are refused from now on.
  void close();

  // Any thread may call it. While invocations run, later calls are expected to share a commit.
  void count_running(const Change& change) noexcept;

  // Throws Error (busy); see OpenStore.
  void leave_moved_files();
  // Makes space on a full disk: the log keeps pages that it has outgrown, and the store trees that
  // may be deleted.
  void relieve_disk();
  [[nodiscard]] bool is_disk_full() const noexcept { return disk_full_; }
  void checkpoint_failed(const Error& failure);

  [[nodiscard]] OpenStore& opened() noexcept { return store_; }
  [[nodiscard]] Session* session() const noexcept { return store_.session(); }
  [[nodiscard]] RetryQueue& queue() noexcept { return queue_; }
  [[nodiscard]] DroppedCalls& dropped() noexcept { return dropped_; }
  [[nodiscard]] Checkpoints& checkpoints() noexcept { return checkpoints_; }
  [[nodiscard]] SizeLimit& size() noexcept { return size_; }

  void report(const Error& error) { reports_.push_back(error); }
  [[nodiscard]] Reports& reports() noexcept { return reports_; }

 private:
  [[nodiscard]] bool share_commit(std::span<Call* const> calls);
  void store_now(std::span<Call* const> calls);
  void run(Call& call);
  void store_together(std::span<Call* const> calls);
  [[nodiscard]] std::size_t run_queued(Reports& refused);
  void keep(std::span<Call* const> calls);
  void drop(Call& call, const Error& why);
  void postpone(std::span<Call* const> calls, const Error& why);
  void after_commit();

  const Options& options_;
  const base::Clock& clock_;
  Wakeup& wakeup_;
  std::atomic<std::int64_t> running_ = 0;  // invocations that have begun and not ended
  OpenStore store_;
  RetryQueue queue_;
  DroppedCalls dropped_;
  Checkpoints checkpoints_;
  SizeLimit size_;
  Reports reports_;
  std::uint64_t calls_ = 0;  // that were run, also those that were refused
  bool disk_full_ = false;
  bool closed_ = false;
};

}  // namespace edo::recorder
