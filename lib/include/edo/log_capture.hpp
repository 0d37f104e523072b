/// @file
/// Records what a job logs and prints as the lines of that job.
///
///     {
///       edo::JobScope scope(job);           // lines logged by this thread are this job's
///       edo::OutputCapture capture(job);    // and all that the process prints
///       send_receipts();
///     }
///     job.complete();
///
/// A JobScope names the current job for loggers such as the one in spdlog_sink.hpp. Neither class
/// owns the job: do not move or destroy it while they exist.
///
/// Both may log to one job at once and from several threads. The job's own functions still allow
/// one thread at a time: while a capture or another thread's scope exists, log through
/// log_to_current_job() instead of job.log(), and complete the job after they are destroyed.
#pragma once

#include <memory>
#include <string_view>

#include "edo/export.hpp"
#include "edo/recorder.hpp"

namespace edo {

/// Makes `job` the current job of this thread until the scope ends. Scopes nest; when one ends, the
/// outer one applies again. Destroy it on the thread that created it.
class EDO_EXPORT JobScope {
 public:
  explicit JobScope(JobExecution& job) noexcept;
  JobScope(const JobScope&) = delete;
  JobScope& operator=(const JobScope&) = delete;
  ~JobScope();

 private:
  JobExecution* const outer_;
};

/// The current job of this thread, or null.
[[nodiscard]] EDO_EXPORT JobExecution* current_job() noexcept;

/// Adds a line to this thread's current job; does nothing if there is none. Omits a line that is
/// logged while this thread records another one, for example by Options::on_error.
EDO_EXPORT void log_to_current_job(LogLevel level, std::string_view message,
                                   const LogLine& line = {}) noexcept;

/// Records what the process writes to the file descriptors 1 and 2 as lines of the job, with level
/// info and error, and passes it on to its destination. It captures every thread, every library and
/// every child process, so a process can have one capture at a time.
///
/// Lines are recorded while the job runs, soon after they are written. Output in a stdio buffer
/// counts as written when it is flushed, at the latest at the end. A line longer than 64 KB becomes
/// several. If the store does not keep up for a second, lines are omitted, and a line says how
/// many; printing continues. Options::on_error must not print while a capture exists, since that
/// would be one more line to record.
///
/// The destructor restores the descriptors and returns when everything written before is recorded.
/// A child process that still has the captured descriptors continues undisturbed while this process
/// lives: its later output reaches its destination but is no longer recorded. After this process
/// has ended, nobody reads that output, and SIGPIPE ends a child that prints.
class EDO_EXPORT OutputCapture {
 public:
  /// Throws Error: invalid_argument (another capture exists), io (no descriptors or threads left;
  /// nothing has changed then).
  explicit OutputCapture(JobExecution& job);
  OutputCapture(const OutputCapture&) = delete;
  OutputCapture& operator=(const OutputCapture&) = delete;
  ~OutputCapture();

 private:
  class State;
  std::shared_ptr<State> state_;  ///< shared with a thread that may serve child processes longer
};

}  // namespace edo
