// Who a client is.
#pragma once

#include <optional>

#include "tools/server/auth/lifetime.hpp"
#include "tools/server/language/request.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

struct Identity {
  language::Session session;
  std::optional<SystemTime> expires;   // when a WebSocket ends; HTTP requests are checked each
  protocol::Headers response_headers;  // cookies that the webhook sets
};

}  // namespace edo::auth
