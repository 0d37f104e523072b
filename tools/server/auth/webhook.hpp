// Webhook authentication: another server reads a request's headers and tells who the client is.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tools/server/auth/identity.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

struct WebhookOptions {
  std::string url;
  bool posts = false;              // --auth-hook-mode POST: the headers are in the body
  bool sends_request_body = true;  // with POST, the GraphQL request as well
};

// Asks the webhook, which is waited for. `body` is that of the client's request, empty if there is
// none. Throws RequestError in Hasura's words; `report` gets the cause of a failure.
[[nodiscard]] Identity ask_webhook(const WebhookOptions& options, const protocol::Headers& headers,
                                   std::string_view body, SystemTime now,
                                   const std::function<void(const std::string&)>& report);

}  // namespace edo::auth
