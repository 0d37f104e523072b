// The address on which a server listens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edo::cli {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

// "HOST:PORT", "[IPV6]:PORT", or "PORT" of 127.0.0.1. Throws Error (invalid_argument), whose
// message begins with `operation`.
[[nodiscard]] ListenAddress parse_listen_address(std::string_view operation, std::string_view text);

// "127.0.0.1:8080", "[::1]:8080".
[[nodiscard]] std::string listen_address_text(const std::string& host, std::uint16_t port);

}  // namespace edo::cli
