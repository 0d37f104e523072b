#include "recorder/commit_thread.hpp"

#include <pthread.h>
#include <sched.h>

#include <utility>

#include "base/signals_blocked.hpp"
#include "recorder/recorder_state.hpp"

namespace edo::recorder {

CommitThread::CommitThread(RecorderState& recorder, std::size_t max_bytes)
    : state_(recorder), waiting_(max_bytes), storing_(max_bytes) {
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

CommitThread::~CommitThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void CommitThread::add(Queue& changes, Done done) {
  {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return waiting_.take(changes); });
    waiting_for_.push_back(std::move(done));
  }
  wanted_.notify_one();
}

void CommitThread::finish() {
  std::unique_lock lock(mutex_);
  moved_.wait(lock, [this] { return !has_work() && !busy_; });
}

void CommitThread::run() {
  // Woken, it must not take the processor from the thread that has woken it.
  const sched_param none{};
  (void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return ending_ || has_work(); });
    if (!has_work()) return;
    store_waiting(lock);
  }
}

// Changes may be without anybody to tell, if there was no memory for that.
bool CommitThread::has_work() const { return !waiting_.empty() || !waiting_for_.empty(); }

void CommitThread::store_waiting(std::unique_lock<std::mutex>& lock) {
  busy_ = true;
  std::swap(waiting_, storing_);
  const auto told = std::exchange(waiting_for_, {});
  moved_.notify_one();
  lock.unlock();
  const Outcome outcome = storing_.empty() ? Outcome::stored : state_.store(storing_);
  storing_.pop(storing_.size());
  for (const Done& done : told) done(outcome);
  lock.lock();
  busy_ = false;
  moved_.notify_one();
}

}  // namespace edo::recorder
