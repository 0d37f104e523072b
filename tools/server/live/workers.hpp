// A fixed number of threads for work that waits for the database, so that the network thread never
// waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace edo::live {

class Workers {
 public:
  // At most `waiting` jobs wait for a thread.
  Workers(std::size_t threads, std::size_t waiting);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();  // stop()

  // False if the queue is full, or after stop(). A job must not throw.
  [[nodiscard]] bool submit(std::function<void()> job);
  // Continues a job that was submitted before: ahead of the others, and also if the queue is full.
  void resume(std::function<void()> job);

  [[nodiscard]] std::size_t waiting() const;

  // Waits for running jobs and drops queued ones.
  void stop();

 private:
  void run();

  const std::size_t most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace edo::live
