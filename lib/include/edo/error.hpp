/// @file
/// The only exception type of the library, classified by what a caller can do.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "edo/export.hpp"

namespace edo {

enum class ErrorKind {
  invalid_argument,  ///< the call or an option is wrong; a retry changes nothing
  closed,            ///< the recorder was closed
  busy,              ///< another process held the lock for too long
  unavailable,       ///< the other side cannot be reached, or went away
  denied,            ///< authentication or permission
  in_doubt,          ///< the commit may or may not have happened; a retry is safe
  refused,           ///< the other side does not accept this data
  full,              ///< no space left, or the store's own bound is reached
  corrupt,           ///< not a store, or damaged
  schema_too_new,    ///< written by a newer version than this program
  io,                ///< any other failure of the disk or the operating system
};

/// The name used in messages and in `--json` output: "invalid_argument", "closed", …
[[nodiscard]] EDO_EXPORT std::string_view to_string(ErrorKind kind) noexcept;

/// what() is one line that names the operation, the object and the remedy:
///
///     open /var/lib/app/telemetry.db: the file is empty, not a store yet; create one with edo init
class EDO_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  /// The message is "operation object: reason". The operation or the object may be empty.
  Error(ErrorKind kind, std::string_view operation, std::string_view object,
        std::string_view reason);

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

  /// What failed, as what() begins: "open", "record a log line in". Empty if it is not known.
  [[nodiscard]] std::string_view operation() const noexcept;
  /// On what: the path of a store, the address of a database, the name of an option. Empty if it is
  /// not known. Both views live as long as the error.
  [[nodiscard]] std::string_view object() const noexcept;

  /// True if the same call may succeed later although nothing was corrected.
  [[nodiscard]] bool is_retryable() const noexcept;

 private:
  ErrorKind kind_;
  /// Both are parts of what(), so that copying an error cannot fail.
  std::size_t operation_size_ = 0;
  std::size_t object_size_ = 0;
};

}  // namespace edo
