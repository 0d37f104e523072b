#include "edo/error.hpp"

namespace edo {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return "invalid_argument";
    case ErrorKind::closed:
      return "closed";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::in_doubt:
      return "in_doubt";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::full:
      return "full";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::schema_too_new:
      return "schema_too_new";
    case ErrorKind::io:
      return "io";
  }
  return "unknown";
}

bool Error::is_retryable() const noexcept {
  switch (kind_) {
    case ErrorKind::busy:
    case ErrorKind::unavailable:
    case ErrorKind::in_doubt:
    case ErrorKind::full:
    case ErrorKind::io:
      return true;
    default:
      return false;
  }
}

}  // namespace edo
