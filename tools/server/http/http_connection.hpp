// A connection that speaks HTTP, until it ends or becomes a WebSocket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "tools/server/http/registry.hpp"

namespace edo::http {

// Enters the connection of a client into the registry and answers its requests from then on.
void serve_http(Shared& shared, boost::asio::ip::tcp::socket socket,
                boost::asio::ssl::context* tls);

}  // namespace edo::http
