#include "tools/server/http/transport.hpp"

#include <boost/asio/ssl/stream.hpp>

namespace edo::http {

class Transport::Tls {
 public:
  Tls(beast::tcp_stream& tcp, asio::ssl::context& context) : stream(tcp, context) {}
  asio::ssl::stream<beast::tcp_stream&> stream;
};

Transport::Transport(tcp::socket socket, asio::ssl::context* tls)
    : tcp_(std::move(socket)), tls_(tls == nullptr ? nullptr : std::make_unique<Tls>(tcp_, *tls)) {}
Transport::~Transport() = default;

void Transport::async_handshake(std::function<void(Code)> done) {
  tls_->stream.async_handshake(asio::ssl::stream_base::server, std::move(done));
}
void Transport::read_tls(asio::mutable_buffer buffer, Done done) {
  tls_->stream.async_read_some(buffer, std::move(done));
}
void Transport::write_tls(asio::const_buffer buffer, Done done) {
  tls_->stream.async_write_some(buffer, std::move(done));
}

}  // namespace edo::http
