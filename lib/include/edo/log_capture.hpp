// Records what a job logs and prints as the lines of that job.
//
//   {
//     edo::JobScope scope(job);           // lines logged by this thread are this job's
//     edo::OutputCapture capture(job);    // and all that the process prints
//     send_receipts();
//   }
//   job.complete();
//
// A JobScope names the job; loggers find it there, such as the one in spdlog_sink.hpp. Neither
// class keeps the job: it must stay where it is, neither moved nor destroyed, until they are gone.
//
// Both may log to one job at once and from several threads. The job's own functions are still for
// one thread at a time: while a capture or another thread's scope is there, log through
// log_to_current_job() instead of job.log(), and complete the job after they are gone.
#pragma once

#include <memory>
#include <string_view>

#include "edo/export.hpp"
#include "edo/recorder.hpp"

namespace edo {

// While it lives, `job` is the job that runs on the thread that made it. Scopes nest; the end of
// one brings the one around it back. Belongs to the thread that made it.
class EDO_EXPORT JobScope {
 public:
  explicit JobScope(JobExecution& job) noexcept;
  JobScope(const JobScope&) = delete;
  JobScope& operator=(const JobScope&) = delete;
  ~JobScope();

 private:
  JobExecution* const outer_;
};

// The job that runs on this thread, or null.
[[nodiscard]] EDO_EXPORT JobExecution* current_job() noexcept;

// Adds a line to the job that runs on this thread; outside a job it does nothing. A line logged
// while this thread is recording another, by Options::on_error for one, is left out.
EDO_EXPORT void log_to_current_job(LogLevel level, std::string_view message,
                                   const LogLine& line = {}) noexcept;

// While it lives, what the process writes to the file descriptors 1 and 2 becomes lines of the
// job, of level info and error, and arrives where it would have gone as well. It does not matter
// who writes: any thread, any library, any child process. So there can be one capture at a time in
// a process.
//
// Lines are recorded while the job runs, soon after they were written; what stdio holds back in a
// buffer counts as written when it is flushed, at the latest at the end. A line longer than 64 KB
// becomes several. When the store does not keep up for a second, lines are left out, and a line
// says how many; printing goes on. Options::on_error must not print while a capture is there, since
// that would be one more line to record.
//
// The destructor puts the descriptors back and returns when all that was written before it is
// recorded. A child process that still has the descriptors goes on undisturbed while this process
// lives; what it writes later arrives where it would have gone but is no longer recorded. Once this
// process has ended nobody reads that any more, and SIGPIPE ends a child that prints.
class EDO_EXPORT OutputCapture {
 public:
  // Throws Error: invalid_argument (another capture is there), io (no descriptors or threads left;
  // all is then as it was).
  explicit OutputCapture(JobExecution& job);
  OutputCapture(const OutputCapture&) = delete;
  OutputCapture& operator=(const OutputCapture&) = delete;
  ~OutputCapture();

 private:
  class State;
  std::shared_ptr<State> state_;  // shared with a thread that may have to serve children for longer
};

}  // namespace edo
