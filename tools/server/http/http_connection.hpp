// An HTTP connection, until it ends or becomes a WebSocket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "tools/server/http/registry.hpp"

namespace edo::http {

// Registers the connection of a client and serves its requests.
void serve_http(Shared& shared, boost::asio::ip::tcp::socket socket,
                boost::asio::ssl::context* tls);

}  // namespace edo::http
