// Errors on their way to a C host: the numbers of their kinds, and the host's callback.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "edo.h"
#include "edo/error.hpp"

namespace edo::c_api {

// The EDO_ERROR_… of edo.h.
[[nodiscard]] std::int32_t number_of(ErrorKind kind) noexcept;
// Nothing if there is no such kind.
[[nodiscard]] std::optional<ErrorKind> kind_of(std::int32_t number) noexcept;

// Calls the host's callback until it is detached. Any thread may call it.
//
// Handles may outlive their recorder and still have something to report, but the host's user data
// may be gone by then. There is no mutex, because a forked child could inherit it locked.
class Reporter {
 public:
  Reporter(edo_error_callback callback, void* user_data) noexcept;
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  void report(const Error& error) noexcept;

  // When it returns, the callback neither runs nor will be called again.
  void detach() noexcept;

 private:
  std::atomic<edo_error_callback> callback_;
  void* const user_data_;
  const std::uint64_t generation_;
  std::atomic<int> running_ = 0;
};

}  // namespace edo::c_api
