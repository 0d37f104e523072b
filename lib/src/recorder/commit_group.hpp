// Lets threads that record at the same time share a commit. The first becomes the leader and stores
// what has gathered, without the lock; the others wait until their calls are committed.
#pragma once

#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/call.hpp"
#include "recorder/call_writer.hpp"
#include "recorder/queue.hpp"
#include "recorder/wakeup.hpp"

namespace edo::recorder {

// Any thread may call it. What belongs to the leader is touched by the thread that leads, or by one
// that has the lock while none leads.
class CommitGroup {
 public:
  CommitGroup(const Options& options, CallWriter& writer, Wakeup& wakeup);
  CommitGroup(const CommitGroup&) = delete;
  CommitGroup& operator=(const CommitGroup&) = delete;

  // Settles the calls: by this thread, by the one that leads, or, where neither is possible in
  // time, later. Returns what must be reported.
  [[nodiscard]] Reports settle(std::span<Call> calls);
  // Counts calls that were dropped before they came here.
  void count_dropped(const Error& why);
  // The same for calls that a thread makes inside another one. Takes no lock.
  void count_nested(std::uint64_t calls) noexcept { nested_calls_ += calls; }

  // Runs `work` as the leader, when no other thread leads. Returns what must be reported.
  template <typename Work>
  [[nodiscard]] Reports lead_when_free(Work&& work);
  // The same, but only if that is within `patience` and the recorder is open.
  template <typename Work>
  [[nodiscard]] Reports try_to_lead(std::chrono::milliseconds patience, Work&& work);

  // Waits until the calls that are queued now are settled. False if that takes longer.
  [[nodiscard]] bool flush(std::chrono::milliseconds timeout);

  // With true, the next commit begins the log anew, and waits for the disk; so it must not be that
  // of a call, and calls wait. The leader says when that is over.
  void set_log_restart(bool restarts);
  void end_log_restart() noexcept { log_restarts_ = false; }

  // Takes no calls from now on. Waits until ended(), at most `timeout`; the answer says what is
  // left then, and whether that is all.
  std::pair<Health, bool> close(std::chrono::milliseconds timeout);
  [[nodiscard]] bool is_closing() const noexcept { return closing_; }
  // When queued calls are given up while closing.
  [[nodiscard]] std::chrono::steady_clock::time_point give_up_at() const noexcept {
    return give_up_at_;
  }
  void end();

  [[nodiscard]] Health health() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void wait_for_turn(Lock& lock, std::span<Call> calls);
  [[nodiscard]] bool withdraw(std::span<Call> calls);
  template <typename Work>
  [[nodiscard]] Reports lead(Lock& lock, Work&& work);
  void hand_over();
  void hand_over_nested(std::uint64_t calls);
  void count_outcomes();

  const Options& options_;
  CallWriter& writer_;  // the leader's
  Wakeup& wakeup_;

  std::atomic<std::uint64_t> nested_calls_ = 0;  // dropped, and not yet in new_dropped_
  std::atomic<bool> closing_ = false;            // read by the maintenance thread without the lock
  std::atomic<bool> log_restarts_ = false;       // made false by the leader without the lock

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable changed_;
  std::vector<Call*> waiting_;  // for the next leader
  std::vector<Call*> batch_;    // the leader's
  bool leading_ = false;
  bool calls_wait_ = false;         // for a checkpoint
  int sleepers_ = 0;                // threads that wait for changed_
  Queue late_;                      // calls that could wait no longer, for the next leader
  std::uint64_t settled_late_ = 0;  // queued calls that were stored or dropped
  std::uint64_t new_dropped_ = 0;   // which the next leader counts
  std::string new_reason_;
  bool nested_reported_ = false;
  Health health_;
  std::chrono::steady_clock::time_point close_by_;
  std::chrono::steady_clock::time_point give_up_at_;
  bool ended_ = false;
};

template <typename Work>
Reports CommitGroup::lead(Lock& lock, Work&& work) {
  assert(lock.owns_lock() && !leading_);
  leading_ = true;
  hand_over();
  lock.unlock();
  std::exception_ptr failure;
  try {
    work();
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  leading_ = false;
  count_outcomes();
  if (sleepers_ > 0) changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
  return std::exchange(writer_.reports(), {});
}

template <typename Work>
Reports CommitGroup::lead_when_free(Work&& work) {
  Lock lock(mutex_);
  ++sleepers_;
  changed_.wait(lock, [this] { return !leading_; });
  --sleepers_;
  return lead(lock, std::forward<Work>(work));
}

template <typename Work>
Reports CommitGroup::try_to_lead(std::chrono::milliseconds patience, Work&& work) {
  Lock lock(mutex_);
  ++sleepers_;
  const bool free = changed_.wait_for(lock, patience, [this] { return !leading_; });
  --sleepers_;
  if (!free || closing_) return {};
  return lead(lock, std::forward<Work>(work));
}

}  // namespace edo::recorder
