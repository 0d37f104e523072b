// A TCP stream, with or without TLS on it, as Asio's algorithms want one.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <functional>
#include <memory>
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

  Transport(tcp::socket socket, asio::ssl::context* tls);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  ~Transport();

  // The layer that has the timeouts.
  next_layer_type& next_layer() noexcept { return tcp_; }
  executor_type get_executor() noexcept { return tcp_.get_executor(); }
  [[nodiscard]] bool is_secure() const noexcept { return tls_ != nullptr; }

  void async_handshake(std::function<void(Code)> done);

  // When the client last took something of what is being sent: each step begins when the one before
  // is done.
  [[nodiscard]] std::chrono::steady_clock::time_point last_write() const noexcept {
    return last_write_;
  }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!is_secure()) return tcp_.async_read_some(buffers, std::forward<Handler>(handler));
    read_tls(first_of<asio::mutable_buffer>(buffers), copyable(std::forward<Handler>(handler)));
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    last_write_ = std::chrono::steady_clock::now();
    if (!is_secure()) return tcp_.async_write_some(buffers, std::forward<Handler>(handler));
    write_tls(first_of<asio::const_buffer>(buffers), copyable(std::forward<Handler>(handler)));
  }

  void close() noexcept {
    Code ignored;
    tcp_.socket().close(ignored);
  }

 private:
  // OpenSSL is behind functions without handler types. Instantiated for each kind of handler, it
  // would need more memory to compile than everything else.
  class Tls;
  using Done = std::function<void(Code, std::size_t)>;
  void read_tls(asio::mutable_buffer buffer, Done done);
  void write_tls(asio::const_buffer buffer, Done done);

  // A TLS record is made from one buffer, so the others wait for the next call.
  template <typename Buffer, typename Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = asio::buffer_sequence_end(buffers);
    for (auto at = asio::buffer_sequence_begin(buffers); at != end; ++at) {
      if (const Buffer buffer(*at); buffer.size() > 0) return buffer;
    }
    return {};
  }
  // Beast's handlers can only be moved.
  template <typename Handler>
  static Done copyable(Handler&& handler) {
    auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    return [shared](Code failure, std::size_t size) { (*shared)(failure, size); };
  }

  beast::tcp_stream tcp_;
  std::unique_ptr<Tls> tls_;
  std::chrono::steady_clock::time_point last_write_{};
};

// Called by Beast after the closing handshake of a WebSocket. The other side has agreed to close,
// so there is nothing to wait for.
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
