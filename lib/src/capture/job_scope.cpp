#include <pthread.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "capture/job_lock.hpp"
#include "edo/log_capture.hpp"

namespace edo {
namespace {

thread_local JobExecution* running = nullptr;
thread_local bool recording = false;

// A few mutexes for all jobs: two jobs that share one only wait for each other now and then.
class Locks {
 public:
  static std::mutex& of(const JobExecution& job) {
    const std::size_t hash = std::hash<const JobExecution*>{}(&job);
    return instance().mutexes_[(hash >> 4) % kCount];
  }

 private:
  static constexpr std::size_t kCount = 32;

  Locks() { (void)pthread_atfork(nullptr, nullptr, &Locks::renew); }

  // Lives for ever, since loggers are used until the very end of a process.
  static Locks& instance() {
    static Locks& locks = *new Locks;
    return locks;
  }

  // In a forked child: who held a lock in the parent does not exist here.
  static void renew() {
    for (auto& mutex : instance().mutexes_) std::construct_at(&mutex);
  }

  std::array<std::mutex, kCount> mutexes_;
};

}  // namespace

namespace capture {

void log_locked(JobExecution& job, LogLevel level, std::string_view message,
                const LogLine& line) noexcept {
  if (recording) return;
  recording = true;
  {
    const std::lock_guard lock(Locks::of(job));
    (void)job.log(level, message, line);
  }
  recording = false;
}

}  // namespace capture

JobScope::JobScope(JobExecution& job) noexcept : outer_(running) { running = &job; }
JobScope::~JobScope() { running = outer_; }

JobExecution* current_job() noexcept { return running; }

void log_to_current_job(LogLevel level, std::string_view message, const LogLine& line) noexcept {
  if (running != nullptr) capture::log_locked(*running, level, message, line);
}

}  // namespace edo
