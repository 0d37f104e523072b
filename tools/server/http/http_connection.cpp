#include "tools/server/http/http_connection.hpp"

#include <fmt/chrono.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cctype>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "tools/server/http/incoming.hpp"
#include "tools/server/http/transport.hpp"
#include "tools/server/http/web_socket.hpp"
#include "tools/server/protocol/errors.hpp"

namespace edo::http {
namespace {

namespace bhttp = beast::http;

constexpr std::size_t kMostUnparsed = 65536;

// The dashboard tells from it when the clock of a browser is wrong.
std::string http_date() {
  const auto now = std::chrono::system_clock::now();
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

// Headers of which the first or the last would count, here and in a proxy in front differently.
bool comes_once(beast::string_view name) {
  constexpr const char* kNames[] = {"authorization", "content-type", "host", "origin",
                                    "sec-fetch-site"};
  constexpr beast::string_view kSession = "x-hasura-";
  return beast::iequals(name.substr(0, kSession.size()), kSession) ||
         std::any_of(std::begin(kNames), std::end(kNames),
                     [&](const char* each) { return beast::iequals(name, each); });
}

// What the parser accepts, although a proxy in front may read it as other requests than we do; null
// if the header is clear.
const char* unclear(const bhttp::request<bhttp::string_body>& request) {
  const bool is_current = request.version() > 10;
  const auto host = request.find(bhttp::field::host);
  const bool has_host = host != request.end();
  if (request.count(bhttp::field::host) > 1 || (is_current && !has_host) ||
      (has_host && host->value().empty())) {
    return "the request must have one Host header";
  }
  for (const auto& field : request) {
    if (comes_once(field.name_string()) && request.count(field.name_string()) > 1) {
      return "the request repeats a header that may come once";
    }
  }
  const auto codings = request.count(bhttp::field::transfer_encoding);
  const auto lengths = request.count(bhttp::field::content_length);
  const bool is_list = request[bhttp::field::content_length].find(',') != beast::string_view::npos;
  if (codings + lengths > 1 || is_list) return "the request has several lengths";
  if (codings == 1 && (!is_current || request[bhttp::field::transfer_encoding] != "chunked")) {
    return "the only Transfer-Encoding is chunked";
  }
  return nullptr;
}

class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
  // A completion handler that keeps the connection alive. Failures are passed to `then`.
  template <typename Then>
  auto handler(Then then) {
    return [self = shared_from_this(), then](Code failure, auto... sizes) {
      if (self->transport_ != nullptr) then(*self, failure, sizes...);
    };
  }

 public:
  HttpConnection(Shared& shared, Shared::Id id, tcp::socket socket, asio::ssl::context* tls)
      : shared_(shared), id_(id), transport_(std::make_unique<Transport>(std::move(socket), tls)) {
    Code ignored;
    const auto peer = tcp().socket().remote_endpoint(ignored);
    if (!ignored) client_ = peer.address().to_string(ignored);
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  void start() {
    if (!transport_->is_secure()) return await_request();
    tcp().expires_after(shared_.options.header_time);
    transport_->async_handshake(handler(
        [](HttpConnection& self, Code failure) { failure ? self.end() : self.await_request(); }));
  }

  void drain() override {
    if (is_idle_) abort();
  }
  void abort() override {
    if (transport_ != nullptr) transport_->close();
    end();
  }

  // Nothing is read while a request is handled, so that a client has left shows only here.
  void tick(std::chrono::steady_clock::time_point now,
            std::chrono::milliseconds stall_time) override {
    if (transport_ == nullptr) return;
    const bool takes_nothing = response_ && now - transport_->last_write() > stall_time;
    if (takes_nothing || (is_handled_ && has_left())) abort();
  }

  void respond(Response response) override {
    if (transport_ == nullptr) return;
    is_handled_ = false;
    const bool keep_alive = parser_->get().keep_alive() && !shared_.draining;
    const bool head = parser_->get().method() == bhttp::verb::head;
    send(std::move(response), keep_alive, head);
  }

 private:
  beast::tcp_stream& tcp() { return transport_->next_layer(); }

  std::chrono::milliseconds time_for(std::uint64_t bytes) const {
    const auto seconds = bytes / shared_.options.slow_bytes;
    return shared_.options.transfer_time + std::chrono::seconds(seconds);
  }

  void end() {
    left_.request_stop();
    shared_.remove(id_);
  }

  // It has closed the connection, or its half of it.
  bool has_left() {
    pollfd watched{tcp().socket().native_handle(), POLLRDHUP, 0};
    return ::poll(&watched, 1, 0) > 0;
  }

  // Waits for the first byte as long as a client may be idle. After that, the header has its own
  // timeout.
  void await_request() {
    if (shared_.draining) return abort();
    parser_.emplace();
    parser_->header_limit(shared_.options.header_bytes);
    parser_->body_limit(shared_.options.body_bytes);
    if (buffer_.size() > 0) return read_header();  // it sent this before the last response
    is_idle_ = true;
    tcp().expires_after(shared_.options.idle_time);
    transport_->async_read_some(buffer_.prepare(4096),
                                handler([](HttpConnection& self, Code failure, std::size_t size) {
                                  self.is_idle_ = false;
                                  if (failure) return self.abort();
                                  self.buffer_.commit(size);
                                  self.read_header();
                                }));
  }

  void read_header() {
    tcp().expires_after(shared_.options.header_time);
    bhttp::async_read_header(*transport_, buffer_, *parser_,
                             handler([](HttpConnection& self, Code failure, std::size_t) {
                               failure ? self.refuse(failure) : self.on_header();
                             }));
  }

  void on_header() {
    if (const char* why = unclear(parser_->get())) return refuse(400, why);
    if (beast::websocket::is_upgrade(parser_->get())) return upgrade();
    const auto length = parser_->content_length();
    tcp().expires_after(time_for(length ? *length : shared_.options.body_bytes));
    if (!beast::iequals(parser_->get()[bhttp::field::expect], "100-continue")) return read_body();
    continue_.version(11);
    continue_.result(bhttp::status::continue_);
    bhttp::async_write(*transport_, continue_,
                       handler([](HttpConnection& self, Code failure, std::size_t) {
                         failure ? self.abort() : self.read_body();
                       }));
  }

  void read_body() {
    if (parser_->is_done()) {
      tcp().expires_never();
      return hand_over();
    }
    parser_->eager(true);
    bhttp::async_read_some(*transport_, buffer_, *parser_,
                           handler([](HttpConnection& self, Code failure, std::size_t) {
                             if (failure) return self.refuse(failure);
                             if (self.incoming_.grow(self.parser_->get().body().size())) {
                               return self.read_body();
                             }
                             self.refuse(503, "other requests need the server's memory; try again");
                           }));
  }

  Request take_request() {
    auto& message = parser_->get();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.client = client_;
    request.memory = incoming_.take();
    return request;
  }

  void hand_over() {
    is_handled_ = true;
    left_ = {};
    const auto respond = [&shared = shared_, id = id_](Response response) {
      asio::post(shared.context, [&shared, id, response = std::move(response)]() mutable {
        const auto found = shared.connections.find(id);
        if (found == shared.connections.end()) return;
        const auto connection = found->second;
        connection->respond(std::move(response));
      });
    };
    shared_.handler->handle(take_request(), respond, left_.get_token());
  }

  void upgrade() {
    try {
      const Request request = take_request();
      auto granted = shared_.handler->upgrade(request);
      tcp().expires_never();  // a WebSocket has timeouts of its own
      shared_.connections[id_] =
          open_web_socket(shared_, id_, std::move(transport_), parser_->get(), std::move(granted));
    } catch (Refusal& refusal) {
      send(std::move(refusal.response), false, false);
    }
  }

  void refuse(int status, const char* why) {
    const char* code = status < 500 ? "bad-request" : "unexpected";
    send(json_response(status, protocol::plain_error({code, "$", why})), false, false);
  }

  // The request is invalid. Text that is not HTTP gets a response as well, which helps debugging.
  void refuse(Code failure) {
    if (failure == bhttp::error::header_limit || failure == bhttp::error::buffer_overflow) {
      return refuse(431, "the header of the request is too large");
    }
    if (failure == bhttp::error::body_limit) return refuse(413, "the request is too large");
    const bool is_http = failure.category() == Code(bhttp::error::bad_method).category();
    if (is_http && failure != bhttp::error::end_of_stream &&
        failure != bhttp::error::partial_message) {
      return refuse(400, "not a valid HTTP/1.1 request");
    }
    abort();  // it disconnected, or took too long
  }

  void send(Response response, bool keep_alive, bool head) {
    response_.emplace();
    response_->result(static_cast<unsigned>(response.status));
    response_->version(11);
    response_->set(bhttp::field::date, http_date());
    for (const auto& [name, value] : response.headers) response_->insert(name, value);
    response_->keep_alive(keep_alive);
    response_->body() = std::move(response.body);
    memory_ = std::move(response.memory);
    const auto size = response_->body().size();
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) response_->content_length(size);
    if (head) response_->body().clear();
    tcp().expires_after(time_for(size));
    bhttp::async_write(*transport_, *response_,
                       handler([keep_alive](HttpConnection& self, Code failure, std::size_t) {
                         if (failure) return self.abort();
                         self.response_.reset();
                         self.memory_.reset();
                         keep_alive ? self.await_request() : self.linger();
                       }));
  }

  // Closing while the client still sends would discard the response before the client reads it, so
  // its data is read and dropped for a moment.
  void linger() {
    Code ignored;
    tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
    tcp().expires_after(std::chrono::seconds(2));
    discard();
  }
  void discard() {
    buffer_.clear();
    tcp().async_read_some(buffer_.prepare(kMostUnparsed),
                          handler([](HttpConnection& self, Code failure, std::size_t) {
                            failure ? self.abort() : self.discard();
                          }));
  }

  Shared& shared_;
  const Shared::Id id_;
  std::unique_ptr<Transport> transport_;  // null after a WebSocket took it
  std::string client_;
  bool is_idle_ = false;
  bool is_handled_ = false;  // the handler has the request
  std::stop_source left_;    // of that request
  // Its bound is that of what the parser's own limits do not reach: trailers and extensions of
  // chunks.
  beast::flat_buffer buffer_{kMostUnparsed};
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  Incoming incoming_{shared_.incoming};
  bhttp::response<bhttp::empty_body> continue_;
  std::optional<bhttp::response<bhttp::string_body>> response_;
  std::shared_ptr<void> memory_;  // of the response
};

}  // namespace

void serve_http(Shared& shared, tcp::socket socket, asio::ssl::context* tls) {
  const auto id = ++shared.last_id;
  const auto connection = std::make_shared<HttpConnection>(shared, id, std::move(socket), tls);
  shared.connections.emplace(id, connection);
  connection->start();
}

}  // namespace edo::http
