// Webhook authentication: another server reads a request's headers and tells who the client is.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "tools/server/auth/fetch.hpp"
#include "tools/server/auth/identity.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

struct WebhookOptions {
  std::string url;
  bool posts = false;              // --auth-hook-mode POST: the headers are in the body
  bool sends_request_body = true;  // with POST, the GraphQL request as well
};

class Webhook {
 public:
  // So many requests wait for the webhook at once; further ones are refused.
  static constexpr std::size_t kMostWaiting = 256;

  using Report = std::function<void(const std::string&)>;
  using Done = std::function<void(const Identify&)>;

  // `report` gets the causes of failures, in any thread.
  Webhook(WebhookOptions options, Report report);

  // Asks, without waiting for the answer. `body` is that of the client's request, null if there is
  // none. Calls `done` once, in any thread; never after a stop request. Errors are in Hasura's
  // words.
  void ask(protocol::Headers headers, std::shared_ptr<const std::string> body, std::stop_token stop,
           Done done);

 private:
  [[nodiscard]] Identity read(const std::variant<FetchResponse, Error>& result) const;

  const WebhookOptions options_;
  const Report report_;
  Fetcher fetcher_{kMostWaiting};  // last, because its requests use the others
};

}  // namespace edo::auth
