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
#include <string>
#include <vector>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/alarm.hpp"
#include "recorder/change.hpp"
#include "recorder/checkpoints.hpp"
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
  // the call in memory. To be made with new: whoever is done with it last deletes it, its owner or
  // its own thread.
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
  // A call that failed before it came here is on the account all the same.
  void count_loss(const Error& why);

  // Stores what still waits, if it can be stored, ends the registration and empties the log. Calls
  // made from now on are reported as closed. Waits for all that no longer than `timeout`, and
  // reports nothing afterwards; what is left is in the answer, and goes on as long as the process.
  Health close(std::chrono::milliseconds timeout);

  // The fork generation it was made in.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] Health health() const;

 private:
  ~Writer() = default;

  // One call that waits for its turn. Lives in the function of its thread.
  struct Call {
    const Change* change = nullptr;
    Outcome outcome = Outcome::dropped;
    std::optional<Error> error = {};
    bool done = false;
  };
  using Reports = std::vector<Error>;

  // Sees to it that the calls are done: by this thread, by the one that leads, or, where neither is
  // possible in time, later.
  void settle(std::span<Call> calls);
  void refuse(std::span<Call> calls) const;
  void wait_for_turn(std::unique_lock<std::mutex>& lock, std::span<Call> calls);
  [[nodiscard]] bool withdraw(std::span<Call> calls);
  // Lets `work` run as the leader's, outside the lock, and settles the calls of batch_. Returns
  // what must be reported when the lock is no longer held.
  template <typename Work>
  [[nodiscard]] Reports lead(std::unique_lock<std::mutex>& lock, Work&& work);
  void take_over_late_calls();
  void count_nested(std::uint64_t calls);

  // The leader's work, in the order in which it happens.
  void store(std::span<Call* const> calls);
  [[nodiscard]] bool share_commit(std::span<Call* const> calls);
  void leave_moved_files();
  [[nodiscard]] bool begin_checkpoint(std::chrono::milliseconds patience = {});
  std::shared_ptr<storage::Database> second_connection();
  void open_session();
  [[nodiscard]] bool is_log_in_use();
  [[nodiscard]] static bool is_soon(std::chrono::steady_clock::time_point& since);
  void check_size();
  void run(Call& call);
  void store_together(std::span<Call* const> calls);
  void lose(Call& call, Error why);
  void keep(std::span<Call* const> calls);
  [[nodiscard]] Error no_room(const Change& change) const;
  void postpone(std::span<Call* const> calls, const Error& why);
  void note_losses();
  void after_commit();
  void relieve_disk();
  void make_room();

  // The work of the thread beside the calls: checkpoints, calls that wait, the size bound, the end.
  void wake_beside();
  void work_beside() noexcept;
  template <typename Work>
  void lead_beside(Work&& work);
  void report_beside(const Error& error);
  // When there is work again: not before `breath`, and by `at_most` even if nobody rings.
  struct Rest {
    std::optional<std::chrono::milliseconds> breath = {};
    std::optional<std::chrono::milliseconds> at_most = {};
  };
  Rest look_after();
  void end();
  bool store_the_rest();
  void give_up_the_rest();

  const Options options_;
  const std::shared_ptr<const base::Clock> clock_;
  const Report report_;
  const std::uint64_t generation_;
  std::atomic<std::int64_t> running_ = 0;        // invocations that have begun and not ended
  std::atomic<std::uint64_t> nested_calls_ = 0;  // which were dropped, and not yet in new_losses_

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable turn_;
  std::vector<Call*> waiting_;
  bool leading_ = false;
  bool held_back_ = false;        // calls wait for a checkpoint
  Queue late_;                    // calls that could wait no longer, for the next leader
  std::uint64_t new_losses_ = 0;  // not yet in unrecorded_losses_
  std::string new_loss_;
  bool nested_reported_ = false;
  std::uint64_t settled_late_ = 0;  // queued calls that were stored or dropped
  int sleepers_ = 0;                // threads that wait on turn_
  Health health_;
  std::atomic<bool> closing_ = false;  // read by the thread beside without the lock
  // The next commit begins the log anew, and waits for the disk. Made false by the leader.
  std::atomic<bool> begins_anew_ = false;
  std::chrono::steady_clock::time_point close_by_;
  std::chrono::steady_clock::time_point give_up_at_;
  bool ended_ = false;

  // Only the leader touches these, under the lock or not.
  std::vector<Call*> batch_;
  Reports reports_;
  std::unique_ptr<Session> session_;
  std::shared_ptr<storage::Database> second_;  // of the thread beside, while the session lives
  bool closed_ = false;
  Queue queue_;
  std::chrono::steady_clock::time_point commit_by_;  // what waits in queue_ for others
  std::chrono::steady_clock::time_point retry_at_;
  std::chrono::milliseconds retry_pause_;
  std::uint64_t stored_late_ = 0;      // not yet in health_
  std::uint64_t dropped_late_ = 0;     // not yet in health_
  std::uint64_t recorded_losses_ = 0;  // in the store, of this registration
  std::uint64_t unrecorded_losses_ = 0;
  bool has_noted_ = false;  // beside the store
  std::string last_loss_;
  std::uint64_t commits_ = 0;
  Checkpoints checkpoints_;
  // While a log is written into the store: nobody begins another one meanwhile.
  std::optional<storage::FolderLock> undisturbed_;
  std::chrono::steady_clock::time_point moved_since_;         // the clock's epoch: they are not
  std::chrono::steady_clock::time_point in_use_since_;        // the log of others
  std::chrono::steady_clock::time_point folder_taken_since_;  // by others
  bool left_log_ = false;
  bool disk_full_ = false;
  bool full_ = false;  // the size bound is reached and nothing may be deleted
  bool prune_wanted_ = false;
  std::uint64_t size_goal_ = 0;  // of pruning, in bytes
  std::int64_t pruned_at_ = -1;  // what had been shipped when there was nothing left to delete

  // Only the thread beside touches it, and make_room(), which it leads.
  Eviction eviction_;

  // The thread beside, and how it is woken.
  Alarm alarm_;
  std::atomic<bool> wanted_ = false;
  std::atomic<int> holders_ = 2;  // the owner and the thread
  std::mutex reporting_;
  bool silent_ = false;  // guarded by reporting_: the host no longer listens to the thread beside
};

}  // namespace edo::recorder
