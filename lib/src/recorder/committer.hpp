// Stores what one thread gathers on a thread of its own, in the order in which it comes. Belongs to
// the thread that gathers, in the process that made it: in a forked child it is left alone.
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

class Core;

class Committer {
 public:
  using Done = std::function<void(Outcome)>;

  // Takes at most `max_bytes` before it must have stored something. Throws std::system_error if
  // there can be no thread.
  Committer(Core& core, std::size_t max_bytes);
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;
  // Waits until all is stored.
  ~Committer();

  // Takes the changes, which are `max_bytes` at the most, and leaves none. Waits for room, which
  // takes as long as a call may take. `done` is called on the committer's thread.
  void add(Queue& changes, Done done);
  // Waits until all that was added is stored, or waits in memory.
  void finish();

 private:
  void run();
  [[nodiscard]] bool has_work() const;
  // One transaction of all that waits.
  void store_waiting(std::unique_lock<std::mutex>& lock);

  Core& core_;
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
