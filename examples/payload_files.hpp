// The files of examples/payloads, compiled in: Hasura event-trigger payloads of a small web shop.
#pragma once

#include <span>
#include <string_view>

namespace edo::examples {

struct PayloadFile {
  std::string_view name;  // "order_created"
  std::string_view text;  // one JSON document
};

// Sorted by name.
[[nodiscard]] std::span<const PayloadFile> payload_files() noexcept;

}  // namespace edo::examples
