// A TCP stream, with or without TLS on it, as Asio's algorithms want one. Only server.cpp includes
// this.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <utility>

namespace edo::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Code = boost::system::error_code;

class Transport {
 public:
  using next_layer_type = beast::tcp_stream;
  using executor_type = beast::tcp_stream::executor_type;

  Transport(tcp::socket socket, asio::ssl::context* tls) : tcp_(std::move(socket)) {
    if (tls != nullptr) secure_.emplace(tcp_, *tls);
  }
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  ~Transport() = default;

  // The layer that has the timeouts.
  next_layer_type& next_layer() noexcept { return tcp_; }
  executor_type get_executor() noexcept { return tcp_.get_executor(); }
  [[nodiscard]] bool is_secure() const noexcept { return secure_.has_value(); }

  template <typename Handler>
  void async_handshake(Handler&& handler) {
    secure_->async_handshake(asio::ssl::stream_base::server, std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return secure_ ? secure_->async_read_some(buffers, std::forward<Handler>(handler))
                   : tcp_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return secure_ ? secure_->async_write_some(buffers, std::forward<Handler>(handler))
                   : tcp_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  void close() noexcept {
    Code ignored;
    tcp_.socket().close(ignored);
  }

 private:
  beast::tcp_stream tcp_;
  std::optional<asio::ssl::stream<beast::tcp_stream&>> secure_;
};

// What Beast does after the closing handshake of a WebSocket. The other end has agreed to the end
// by then, so there is nothing to wait for.
template <typename Handler>
void async_teardown(beast::role_type /*role*/, Transport& transport, Handler&& handler) {
  Code ignored;
  transport.next_layer().socket().shutdown(tcp::socket::shutdown_send, ignored);
  asio::post(transport.get_executor(),
             beast::bind_front_handler(std::forward<Handler>(handler), Code()));
}
inline void teardown(beast::role_type /*role*/, Transport& transport, Code& failure) {
  failure = {};
  transport.close();
}

}  // namespace edo::http
