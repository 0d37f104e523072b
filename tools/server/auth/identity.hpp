// Who a client is.
#pragma once

#include <functional>
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

// Returns who it is, or throws RequestError.
using Identify = std::function<Identity()>;

}  // namespace edo::auth
