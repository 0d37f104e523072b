// One HTTP or HTTPS request to another server, which the calling thread waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

struct FetchRequest {
  std::string url;  // http:// or https://
  std::string method = "GET";
  protocol::Headers headers;
  std::string body;
};

struct FetchResponse {
  int status = 0;
  protocol::Headers headers;  // names in lower case
  std::string body;
};

// For the whole request, and for the body of the answer.
inline constexpr std::chrono::seconds kFetchTime{10};
inline constexpr std::uint64_t kFetchBytes = 1 << 20;

// Throws Error: invalid_argument (no such URL), unavailable (no answer in time or before a stop
// request, no valid one, or a certificate that the system does not trust). Redirections are answers
// as well.
[[nodiscard]] FetchResponse fetch(const FetchRequest& request, const std::stop_token& stop = {});

// Throws Error: invalid_argument unless fetch() could use it.
void check_url(const std::string& url);

}  // namespace edo::auth
