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

namespace {

std::string message_of(std::string_view operation, std::string_view object,
                       std::string_view reason) {
  std::string message(operation);
  if (!operation.empty() && !object.empty()) message += ' ';
  message += object;
  if (!message.empty()) message += ": ";
  return message += reason;
}

}  // namespace

Error::Error(ErrorKind kind, std::string_view operation, std::string_view object,
             std::string_view reason)
    : std::runtime_error(message_of(operation, object, reason)),
      kind_(kind),
      operation_size_(operation.size()),
      object_size_(object.size()) {}

std::string_view Error::operation() const noexcept { return {what(), operation_size_}; }

std::string_view Error::object() const noexcept {
  const bool has_both = operation_size_ > 0 && object_size_ > 0;
  return {what() + operation_size_ + (has_both ? 1 : 0), object_size_};
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
