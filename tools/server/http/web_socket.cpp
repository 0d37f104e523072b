#include "tools/server/http/web_socket.hpp"

#include <array>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "tools/server/http/incoming.hpp"

namespace edo::http {
namespace {

namespace ws = beast::websocket;

class WebSocket final : public Connection,
                        public live::Socket,
                        public std::enable_shared_from_this<WebSocket> {
 public:
  // Reads nothing more from a client that does not receive what it requested.
  static constexpr std::size_t kTooMuchUnsent = 1 << 20;

  WebSocket(Shared& shared, Shared::Id id, std::unique_ptr<Transport> transport)
      : shared_(shared), id_(id), transport_(std::move(transport)), stream_(*transport_) {
    ++shared_.sockets;
  }
  ~WebSocket() override { --shared_.sockets; }

  void start(const UpgradeRequest& request, Upgrade upgrade) {
    upgrade_ = std::move(upgrade);
    // Pings detect clients that have disconnected.
    stream_.set_option(ws::stream_base::timeout{std::chrono::seconds(10), shared_.options.idle_time,
                                                /*keep_alive_pings=*/true});
    // A small window, since thousands of idle connections have one each.
    ws::permessage_deflate deflate;
    deflate.server_enable = true;
    deflate.server_max_window_bits = 12;
    deflate.memLevel = 4;
    stream_.set_option(deflate);
    stream_.set_option(ws::stream_base::decorator([this](ws::response_type& response) {
      if (!upgrade_.protocol.empty()) {
        response.set(beast::http::field::sec_websocket_protocol, upgrade_.protocol);
      }
    }));
    stream_.read_message_max(shared_.options.message_bytes);
    stream_.async_accept(request, [self = shared_from_this()](Code failure) {
      if (failure) return self->end();
      self->listener_ = self->upgrade_.open(*self);
      if (self->shared_.draining) return self->drain();
      self->read();
    });
  }

  void send(live::Message message) override {
    if (closing_) return;
    unsent_ += message.size();
    outgoing_.push_back(std::move(message));
    if (outgoing_.size() == 1) write();
  }
  void close(std::uint16_t code, std::string reason) override {
    if (closing_) return;
    closing_ = ws::close_reason(ws::close_code(code), reason);
    if (outgoing_.empty()) say_goodbye();
  }
  [[nodiscard]] std::size_t unsent() const override { return unsent_; }

  void drain() override { close(1001, "the server is shutting down"); }
  void abort() override {
    transport_->close();
    end();
  }
  void tick(std::chrono::steady_clock::time_point now,
            std::chrono::milliseconds stall_time) override {
    if (!outgoing_.empty() && now - transport_->last_write() > stall_time) return abort();
    if (listener_ != nullptr) listener_->on_tick(now);
  }

 private:
  void end() {
    const auto self = shared_from_this();  // the registry may have the last other one
    listener_.reset();
    shared_.remove(id_);
  }

  void read() {
    constexpr std::size_t kPiece = std::size_t{64} << 10;
    stream_.async_read_some(buffer_, kPiece,
                            [self = shared_from_this()](Code failure, std::size_t) {
                              self->is_reading_ = false;
                              if (failure) return self->end();
                              if (!self->incoming_.grow(self->buffer_.size())) {
                                return self->close(1013, "other requests need the server's memory");
                              }
                              if (self->stream_.is_message_done()) self->take_message();
                              self->read_on();
                            });
    is_reading_ = true;
  }
  void take_message() {
    std::string message = beast::buffers_to_string(buffer_.data());
    buffer_ = beast::flat_buffer();
    if (listener_ != nullptr) listener_->on_message(std::move(message), incoming_.take());
  }
  void read_on() {
    if (!is_reading_ && listener_ != nullptr && unsent_ < kTooMuchUnsent) read();
  }

  void write() {
    stream_.text(true);
    const live::Message& message = outgoing_.front();
    const std::array<asio::const_buffer, 3> parts = {
        asio::buffer(message.begin),
        message.middle == nullptr ? asio::const_buffer() : asio::buffer(*message.middle),
        asio::buffer(message.end)};
    stream_.async_write(parts, [self = shared_from_this()](Code failure, std::size_t) {
      if (failure) return self->end();
      self->on_written();
    });
  }
  void on_written() {
    unsent_ -= outgoing_.front().size();
    outgoing_.pop_front();
    if (!outgoing_.empty()) {
      write();
    } else if (closing_) {
      say_goodbye();
    } else if (listener_ != nullptr) {
      listener_->on_drained();
    }
    read_on();
  }

  void say_goodbye() {
    stream_.async_close(*closing_, [self = shared_from_this()](Code) { self->end(); });
  }

  Shared& shared_;
  const Shared::Id id_;
  std::unique_ptr<Transport> transport_;
  ws::stream<Transport&> stream_;
  Upgrade upgrade_;
  std::shared_ptr<live::Listener> listener_;
  beast::flat_buffer buffer_;
  Incoming incoming_{shared_.incoming};
  bool is_reading_ = false;
  std::deque<live::Message> outgoing_;
  std::size_t unsent_ = 0;
  std::optional<ws::close_reason> closing_;
};

}  // namespace

std::shared_ptr<Connection> open_web_socket(Shared& shared, Shared::Id id,
                                            std::unique_ptr<Transport> transport,
                                            const UpgradeRequest& request, Upgrade upgrade) {
  auto socket = std::make_shared<WebSocket>(shared, id, std::move(transport));
  socket->start(request, std::move(upgrade));
  return socket;
}

}  // namespace edo::http
