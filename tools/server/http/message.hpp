// A parsed request, and a response that is not written yet.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tools/server/protocol/headers.hpp"

namespace edo::http {

using protocol::find_header;
using protocol::Headers;

struct Request {
  std::string method;
  std::string target;  // as it was sent: path and, after a ?, parameters
  Headers headers;
  std::string body;
  std::string client;  // address, for the log
  // What counts the memory of the body.
  std::shared_ptr<void> memory = {};

  [[nodiscard]] std::string_view path() const {
    return std::string_view(target).substr(0, target.find('?'));
  }
  [[nodiscard]] std::string_view parameters() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
  }
  [[nodiscard]] std::string_view header(std::string_view name) const {
    return protocol::find_header(headers, name).value_or(std::string_view());
  }
  [[nodiscard]] bool is_get() const { return method == "GET" || method == "HEAD"; }
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // What counts the memory of the body, until it is sent; its destructor ends that. Shared, since
  // responses pass through std::function.
  std::shared_ptr<void> memory = {};
};

inline constexpr std::string_view kJson = "application/json; charset=utf-8";

[[nodiscard]] inline Response json_response(int status, std::string body) {
  return {status, {{"content-type", std::string(kJson)}}, std::move(body)};
}

}  // namespace edo::http
