// The event modules of the sample shop. Each one looks at every payload and says whether its event
// has happened; most of them say no.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "examples/hasura_payload.hpp"

namespace edo::examples {

// What a detector, a handler or a job throws: a message and where it came from.
class HostError : public std::runtime_error {
 public:
  HostError(const std::string& message, std::string stack)
      : std::runtime_error(message), stack_(std::move(stack)) {}

  [[nodiscard]] const std::string& stack() const noexcept { return stack_; }

 private:
  std::string stack_;
};

struct EventModule {
  std::string_view name;  // "order.created"
  std::string_view path;
  // Throws HostError when it trips over a row that it did not expect.
  bool (*detect)(const HasuraPayload& payload);
};

[[nodiscard]] std::span<const EventModule> event_modules() noexcept;

}  // namespace edo::examples
