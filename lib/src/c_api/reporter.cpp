#include "c_api/reporter.hpp"

#include "base/fork.hpp"

namespace edo::c_api {

std::int32_t number_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return EDO_ERROR_INVALID_ARGUMENT;
    case ErrorKind::closed:
      return EDO_ERROR_CLOSED;
    case ErrorKind::busy:
      return EDO_ERROR_BUSY;
    case ErrorKind::unavailable:
      return EDO_ERROR_UNAVAILABLE;
    case ErrorKind::denied:
      return EDO_ERROR_DENIED;
    case ErrorKind::in_doubt:
      return EDO_ERROR_IN_DOUBT;
    case ErrorKind::refused:
      return EDO_ERROR_REFUSED;
    case ErrorKind::full:
      return EDO_ERROR_FULL;
    case ErrorKind::corrupt:
      return EDO_ERROR_CORRUPT;
    case ErrorKind::schema_too_new:
      return EDO_ERROR_SCHEMA_TOO_NEW;
    case ErrorKind::io:
      return EDO_ERROR_IO;
  }
  return EDO_ERROR_IO;
}

std::optional<ErrorKind> kind_of(std::int32_t number) noexcept {
  for (const ErrorKind kind :
       {ErrorKind::invalid_argument, ErrorKind::closed, ErrorKind::busy, ErrorKind::unavailable,
        ErrorKind::denied, ErrorKind::in_doubt, ErrorKind::refused, ErrorKind::full,
        ErrorKind::corrupt, ErrorKind::schema_too_new, ErrorKind::io}) {
    if (number_of(kind) == number) return kind;
  }
  return std::nullopt;
}

Reporter::Reporter(edo_error_callback callback, void* user_data) noexcept
    : callback_(callback), user_data_(user_data), generation_(base::fork_generation()) {}

void Reporter::report(const Error& error) noexcept {
  ++running_;
  if (const edo_error_callback callback = callback_) {
    callback(user_data_, number_of(error.kind()), error.what());
  }
  if (--running_ == 0) running_.notify_all();
}

void Reporter::detach() noexcept {
  callback_ = nullptr;
  // The threads that a forked child counts as running are its parent's.
  if (generation_ != base::fork_generation()) return;
  for (int running = running_; running > 0; running = running_) running_.wait(running);
}

}  // namespace edo::c_api
