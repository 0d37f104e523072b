// Stores the calls of one process. Threads that record at the same time share a commit: the first
// becomes the leader and stores what has gathered, the others wait until theirs is committed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/alarm.hpp"
#include "recorder/change.hpp"
#include "recorder/eviction.hpp"
#include "recorder/queue.hpp"
#include "recorder/session.hpp"

namespace edo::recorder {

class Writer {
 public:
  using Report = std::function<void(const Error&)>;

  enum class Open { now, with_first_call };

  // Opens the store, registers this process in it and marks what dead ones left. Throws Error, if
  // it is to do so now and the store cannot be opened; with the first call that is a reason to keep
  // the call in memory.
  Writer(const Options& options, const base::Clock& clock, Report report, Open open = Open::now);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  Outcome record(const Change& change);
  // All of them in one transaction; the worst of their outcomes.
  Outcome record(const Queue& changes);
  // A call that failed before it came here is on the account all the same.
  void count_loss(const Error& why);

  // Stores what still waits, if it can be stored, and ends the registration. Calls made later are
  // reported as closed.
  void close();

  // The fork generation it was made in.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] Health health() const;

 private:
  // One call that waits for its turn. Lives in the function of its thread.
  struct Call {
    const Change* change = nullptr;
    Outcome outcome = Outcome::dropped;
    std::optional<Error> error = {};
    bool done = false;
  };

  // Sees to it that the calls are done, by this thread or by the one that leads.
  void settle(std::span<Call> calls);
  // Waits until `ready` or until nobody leads.
  template <typename Ready>
  void wait_for_turn(std::unique_lock<std::mutex>& lock, Ready&& ready);
  // Lets `work` run as the leader's, outside the lock, and settles the calls of batch_.
  template <typename Work>
  void lead(std::unique_lock<std::mutex>& lock, Work&& work);

  // The leader's work, in the order in which it happens.
  void store(std::span<Call* const> calls);
  void leave_moved_files();
  std::shared_ptr<storage::Database> second_connection();
  void open_session();
  void check_size();
  void run(Call& call);
  void store_together(std::span<Call* const> calls);
  void lose(Call& call, Error why);
  void keep(std::span<Call* const> calls);
  void postpone(std::span<Call* const> calls, const Error& why);
  void note_losses();
  void after_commit();
  void make_room();

  // The work of the thread beside the calls: checkpoints, calls that wait, the size bound.
  void wake_beside();
  void work_beside();
  bool look_after();
  void checkpoint(storage::Database& database);

  const Options& options_;
  const base::Clock& clock_;
  const Report report_;
  const std::uint64_t generation_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable turn_;
  std::vector<Call*> waiting_;
  bool leading_ = false;
  std::uint64_t new_losses_ = 0;  // not yet in unrecorded_losses_
  std::string new_loss_;
  int sleepers_ = 0;  // threads that wait on turn_
  Health health_;

  // Only the leader touches these, under the lock or not.
  std::vector<Call*> batch_;
  std::optional<Session> session_;
  std::shared_ptr<storage::Database> second_;  // of the thread beside, while the session lives
  bool closed_ = false;
  Queue queue_;
  std::chrono::steady_clock::time_point retry_at_;
  std::chrono::milliseconds retry_pause_;
  std::uint64_t stored_late_ = 0;   // not yet in health_
  std::uint64_t dropped_late_ = 0;  // not yet in health_
  std::uint64_t unrecorded_losses_ = 0;
  std::string last_loss_;
  std::uint64_t commits_ = 0;
  std::uint64_t next_restart_at_;  // bytes of the write-ahead log
  std::chrono::steady_clock::time_point stuck_since_;
  bool full_ = false;  // the size bound is reached and nothing may be deleted
  bool prune_wanted_ = false;
  std::int64_t pruned_at_ = -1;  // what had been shipped when there was nothing left to delete

  // Only the thread beside touches these.
  Eviction eviction_;
  std::uint64_t seen_commits_ = 0;
  std::uint64_t checkpointed_commits_ = 0;

  // The thread beside, and how it is woken.
  Alarm alarm_;
  std::atomic<bool> wanted_ = false;
  std::atomic<bool> stopping_ = false;
  std::once_flag stopped_;
  std::thread beside_;
};

}  // namespace edo::recorder
