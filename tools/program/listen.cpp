#include "tools/program/listen.hpp"

#include <charconv>

#include "edo/error.hpp"

namespace edo::cli {

ListenAddress parse_listen_address(std::string_view operation, std::string_view text) {
  const Error no_address(ErrorKind::invalid_argument,
                         std::string(operation) + " on \"" + std::string(text) +
                             "\": not an address; give HOST:PORT, for example 127.0.0.1:9464");
  const auto colon = text.rfind(':');
  std::string_view host = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const std::string_view digits = text.substr(colon == std::string_view::npos ? 0 : colon + 1);
  ListenAddress address;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size()) {
    throw no_address;
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    throw no_address;
  }
  address.host = host.empty() ? "127.0.0.1" : host;
  return address;
}

std::string listen_address_text(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace edo::cli
