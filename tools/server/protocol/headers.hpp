// Headers of a request or a response, over HTTP or in the connection_init of a WebSocket.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edo::protocol {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// The first value; nothing if there is none.
[[nodiscard]] inline std::optional<std::string_view> find_header(const Headers& headers,
                                                                 std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace edo::protocol
