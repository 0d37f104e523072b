// The only exception type of the library, classified by what a caller can do.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "edo/export.hpp"

namespace edo {

enum class ErrorKind {
  invalid_argument,  // the call or an option is wrong; a retry changes nothing
  closed,            // the recorder was closed
  busy,              // another process held the lock for too long
  unavailable,       // the other side cannot be reached, or went away
  denied,            // authentication or permission
  in_doubt,          // the commit may or may not have happened; a retry is safe
  refused,           // the other side does not accept this data
  full,              // no space left, or the store's own bound is reached
  corrupt,           // not a store, or damaged
  schema_too_new,    // written by a newer version than this program
  io,                // any other failure of the disk or the operating system
};

// The name used in messages and in `--json` output: "invalid_argument", "closed", …
[[nodiscard]] EDO_EXPORT std::string_view to_string(ErrorKind kind) noexcept;

// what() is one line that names the operation, the object and the remedy.
class EDO_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

  // True if the same call may succeed later although nothing was corrected.
  [[nodiscard]] bool is_retryable() const noexcept;

 private:
  ErrorKind kind_;
};

}  // namespace edo
