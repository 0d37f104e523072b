// A fixed number of threads for what has to wait for the database, so that the network never does.
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

  // False if too many wait already, or after stop(). A job must not throw.
  [[nodiscard]] bool submit(std::function<void()> job);

  [[nodiscard]] std::size_t waiting() const;

  // Waits for the jobs that run and forgets those that do not yet.
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
