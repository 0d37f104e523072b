// A connection that became a WebSocket.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "tools/server/http/registry.hpp"
#include "tools/server/http/transport.hpp"

namespace edo::http {

using UpgradeRequest = beast::http::request<beast::http::string_body>;

// Accepts the upgrade request and serves the WebSocket until the registry removes it.
[[nodiscard]] std::shared_ptr<Connection> open_web_socket(Shared& shared, Shared::Id id,
                                                          std::unique_ptr<Transport> transport,
                                                          const UpgradeRequest& request,
                                                          Upgrade upgrade);

}  // namespace edo::http
