// Stores the changes of a Group on a thread of its own, in the order in which they come. Belongs to
// the thread of the group, in the process that created it; a forked child must not touch it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "edo/recorder.hpp"
#include "recorder/queue.hpp"

namespace edo::recorder {

class RecorderState;

class CommitThread {
 public:
  using Done = std::function<void(Outcome)>;

  // Holds at most `max_bytes` of changes. Throws std::system_error if no thread can be created.
  CommitThread(RecorderState& recorder, std::size_t max_bytes);
  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;
  // Waits until everything is stored.
  ~CommitThread();

  // Takes all changes, at most `max_bytes`. Waits until there is room for them, no longer than a
  // call may take. Calls `done` on its own thread.
  void add(Queue& changes, Done done);
  // Waits until everything that was added is stored or queued.
  void finish();

 private:
  void run();
  [[nodiscard]] bool has_work() const;
  // Stores everything that waits, in one transaction.
  void store_waiting(std::unique_lock<std::mutex>& lock);

  RecorderState& state_;
  std::mutex mutex_;
  std::condition_variable wanted_;
  std::condition_variable moved_;
  Queue waiting_;
  Queue storing_;
  std::vector<Done> waiting_for_;
  bool busy_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace edo::recorder
