#include "recorder/committer.hpp"

#include <pthread.h>
#include <sched.h>

#include <utility>

#include "base/signals_blocked.hpp"
#include "recorder/core.hpp"

namespace edo::recorder {

Committer::Committer(Core& core, std::size_t max_bytes)
    : core_(core), waiting_(max_bytes), storing_(max_bytes) {
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void Committer::add(Queue& changes, Done done) {
  {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return waiting_.take(changes); });
    waiting_for_.push_back(std::move(done));
  }
  wanted_.notify_one();
}

void Committer::finish() {
  std::unique_lock lock(mutex_);
  moved_.wait(lock, [this] { return !has_work() && !busy_; });
}

void Committer::run() {
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
bool Committer::has_work() const { return !waiting_.empty() || !waiting_for_.empty(); }

void Committer::store_waiting(std::unique_lock<std::mutex>& lock) {
  busy_ = true;
  std::swap(waiting_, storing_);
  const auto told = std::exchange(waiting_for_, {});
  moved_.notify_one();
  lock.unlock();
  const Outcome outcome = storing_.empty() ? Outcome::stored : core_.store(storing_);
  storing_.pop(storing_.size());
  for (const Done& done : told) done(outcome);
  lock.lock();
  busy_ = false;
  moved_.notify_one();
}

}  // namespace edo::recorder
