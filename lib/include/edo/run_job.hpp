/// @file
/// Runs a job and records its end, also if it throws:
///
///     edo::run_job(event, {.job_name = "send_receipt"}, [&](edo::JobExecution& job) {
///       job.log(edo::LogLevel::info, "sent to a@example.com");
///       return R"({"sent": true})";  // the result; a job without one returns nothing
///     });
///
/// A job that throws does not end its event: the other jobs can still run. A host that wants to
/// stop rethrows what run_job() returns.
#pragma once

#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include "edo/recorder.hpp"

#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

namespace edo {

/// Calls `body` with the job. Records the job as completed, with the JSON text that `body` returns
/// as its result, or as failed if `body` throws; then returns the exception. An end that `body` has
/// recorded itself counts instead. A job whose thread is cancelled fails, and the thread ends.
template <typename Body>
std::exception_ptr run_job(JobExecution& job, Body&& body) {
  static_assert(std::is_invocable_v<Body, JobExecution&>, "the body takes a JobExecution&");
  using Result = std::invoke_result_t<Body, JobExecution&>;
  static_assert(std::is_void_v<Result> || std::is_convertible_v<Result, std::string_view>,
                "the body returns JSON text, or nothing");
  try {
    if constexpr (std::is_void_v<Result>) {
      std::forward<Body>(body)(job);
      job.complete();
    } else {
      const auto& result = std::forward<Body>(body)(job);
      job.complete(result);
    }
    return nullptr;
  } catch (const std::exception& failure) {
    job.fail({.message = failure.what()});
    return std::current_exception();
#ifdef __GLIBCXX__
  } catch (const abi::__forced_unwind&) {
    // pthread_cancel unwinds the thread so, and ends the process if anybody stops it.
    job.fail({.message = "the thread of the job was cancelled"});
    throw;
#endif
  } catch (...) {
    job.fail({.message = "the job threw something that is not a std::exception"});
    return std::current_exception();
  }
}

/// The same with a new job of the event.
template <typename Body>
std::exception_ptr run_job(EventExecution& event, const JobStart& start, Body&& body) {
  JobExecution job = event.start_job(start);
  return run_job(job, std::forward<Body>(body));
}

}  // namespace edo
