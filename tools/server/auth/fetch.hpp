// HTTP and HTTPS requests to other servers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>

#include "edo/error.hpp"
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

// Waits for one request. Throws Error: invalid_argument (no such URL), unavailable (no answer in
// time or before a stop request, no valid one, or a certificate that the system does not trust).
// Redirections are answers as well.
[[nodiscard]] FetchResponse fetch(const FetchRequest& request, const std::stop_token& stop = {});

// The same for many requests at once, in one thread that waits for none of them.
class Fetcher {
 public:
  using Make = std::function<FetchRequest()>;
  using Done = std::function<void(std::variant<FetchResponse, Error>)>;

  // Runs at most so many at once.
  explicit Fetcher(std::size_t most);
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher();  // cancels all

  // Any thread may call it. False if too many run. Both functions are called once, in the thread of
  // the requests, and must not block it; neither after a stop request, which cancels the request.
  [[nodiscard]] bool start(Make make, std::stop_token stop, Done done);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// Throws Error: invalid_argument unless fetch() could use it.
void check_url(const std::string& url);

}  // namespace edo::auth
