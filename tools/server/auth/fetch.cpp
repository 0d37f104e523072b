#include "tools/server/auth/fetch.hpp"

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "tools/server/language/values.hpp"

namespace edo::auth {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;

struct Url {
  bool is_secure = false;
  std::string host;
  std::string port;
  std::string authority;  // host and port as they were given
  std::string target;
};

Error not_a_url(const std::string& url) {
  return {ErrorKind::invalid_argument, "read the URL", url,
          "expected http://HOST/PATH or https://HOST/PATH"};
}

Url parse_url(const std::string& text) {
  const bool is_harmless = text.find_first_of(" \t\r\n#\\") == std::string::npos;
  Url url;
  url.is_secure = text.starts_with("https://");
  if (!is_harmless || (!url.is_secure && !text.starts_with("http://"))) throw not_a_url(text);
  const std::string rest = text.substr(url.is_secure ? 8 : 7);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  url.authority = rest.substr(0, end);
  url.target = rest.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const auto bracket = url.authority.find(']');
  const auto colon = url.authority.find(':', bracket == std::string::npos ? 0 : bracket);
  url.host = url.authority.substr(0, colon);
  url.port =
      colon == std::string::npos ? (url.is_secure ? "443" : "80") : url.authority.substr(colon + 1);
  if (url.host.starts_with('[') && url.host.ends_with(']')) {
    url.host = url.host.substr(1, url.host.size() - 2);
  }
  if (url.host.empty() || url.port.empty() || url.host.find('@') != std::string::npos ||
      url.port.find_first_not_of("0123456789") != std::string::npos) {
    throw not_a_url(text);
  }
  return url;
}

asio::ssl::context trusting_context() {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  return tls;
}

// The steps of one request, each of which begins when the one before it is done. One clock runs for
// all of them.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(asio::io_context& context, asio::ssl::context& tls, const FetchRequest& request,
           Fetcher::Done done)
      : address_(request.url),
        url_(parse_url(request.url)),
        deadline_(context),
        resolver_(context),
        tcp_(context),
        request_(message_of(request, url_)),
        done_(std::move(done)) {
    parser_.body_limit(kFetchBytes);
    if (!url_.is_secure) return;
    secure_.emplace(tcp_, tls);
    secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
    SSL_set_tlsext_host_name(secure_->native_handle(), url_.host.c_str());
  }

  void start() {
    deadline_.expires_after(kFetchTime);
    deadline_.async_wait([self = shared_from_this()](Code stopped) {
      if (!stopped) self->fail("no answer within 10 seconds");
    });
    resolver_.async_resolve(
        url_.host, url_.port,
        [self = shared_from_this()](Code failure, const tcp::resolver::results_type& found) {
          if (self->goes_on(failure)) self->connect(found);
        });
  }

  // The stop request may come from any thread.
  void cancel_on(const std::stop_token& stop) {
    on_stop_.emplace(stop, [weak = weak_from_this(), executor = deadline_.get_executor()] {
      asio::post(executor, [weak] {
        if (const auto self = weak.lock()) self->cancel();
      });
    });
  }

 private:
  void cancel() {
    done_ = nullptr;
    close();
  }

  static bhttp::request<bhttp::string_body> message_of(const FetchRequest& request,
                                                       const Url& url) {
    bhttp::request<bhttp::string_body> message(bhttp::string_to_verb(request.method), url.target,
                                               11);
    for (const auto& [name, value] : request.headers) message.insert(name, value);
    message.set(bhttp::field::host, url.authority);
    message.set(bhttp::field::user_agent, "edo/" EDO_VERSION);
    message.set(bhttp::field::connection, "close");
    message.body() = request.body;
    message.prepare_payload();
    return message;
  }

  void connect(const tcp::resolver::results_type& found) {
    tcp_.async_connect(found, [self = shared_from_this()](Code failure, const tcp::endpoint&) {
      if (!self->goes_on(failure)) return;
      self->secure_ ? self->handshake() : self->write(self->tcp_);
    });
  }

  void handshake() {
    secure_->async_handshake(asio::ssl::stream_base::client,
                             [self = shared_from_this()](Code failure) {
                               if (self->goes_on(failure)) self->write(*self->secure_);
                             });
  }

  template <typename Stream>
  void write(Stream& stream) {
    bhttp::async_write(stream, request_,
                       [self = shared_from_this(), &stream](Code failure, std::size_t) {
                         if (self->goes_on(failure)) self->read(stream);
                       });
  }

  template <typename Stream>
  void read(Stream& stream) {
    bhttp::async_read(stream, buffer_, parser_,
                      [self = shared_from_this()](Code failure, std::size_t) {
                        if (self->goes_on(failure)) self->end(self->response());
                      });
  }

  bool goes_on(Code failure) {
    if (failure && done_ != nullptr) fail(failure.message());
    return done_ != nullptr;
  }
  void fail(const std::string& why) { end(Error(ErrorKind::unavailable, "fetch", address_, why)); }
  void end(std::variant<FetchResponse, Error> result) {
    const auto done = std::exchange(done_, nullptr);
    close();
    if (done != nullptr) done(std::move(result));
  }
  void close() {
    on_stop_.reset();
    deadline_.cancel();
    resolver_.cancel();
    tcp_.close();
  }

  FetchResponse response() {
    auto message = parser_.release();
    FetchResponse result;
    result.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      result.headers.emplace_back(
          language::lower({field.name_string().data(), field.name_string().size()}),
          std::string(field.value()));
    }
    result.body = std::move(message.body());
    return result;
  }

  const std::string address_;
  const Url url_;
  asio::steady_timer deadline_;
  tcp::resolver resolver_;
  beast::tcp_stream tcp_;
  std::optional<asio::ssl::stream<beast::tcp_stream&>> secure_;
  bhttp::request<bhttp::string_body> request_;
  beast::flat_buffer buffer_;
  bhttp::response_parser<bhttp::string_body> parser_;
  Fetcher::Done done_;  // null when it has ended
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

void check_url(const std::string& url) { (void)parse_url(url); }

FetchResponse fetch(const FetchRequest& request, const std::stop_token& stop) {
  auto tls = trusting_context();
  std::variant<FetchResponse, Error> result =
      Error(ErrorKind::unavailable, "fetch", request.url, "stopped");
  asio::io_context context{1};
  // Not until there is nothing left to do: resolving a name cannot be cancelled.
  const auto done = [&](std::variant<FetchResponse, Error> found) {
    result = std::move(found);
    context.stop();
  };
  std::make_shared<Exchange>(context, tls, request, done)->start();
  const std::stop_callback on_stop(stop, [&] { context.stop(); });
  context.run();
  if (const auto* error = std::get_if<Error>(&result)) throw *error;
  return std::get<FetchResponse>(std::move(result));
}

class Fetcher::Implementation {
 public:
  explicit Implementation(std::size_t most)
      : most_(most), tls_(trusting_context()), thread_([this] { context_.run(); }) {}
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    context_.stop();
    thread_.join();
  }

  bool start(Make make, std::stop_token stop, Done done) {
    auto place = take_place();
    if (place == nullptr) return false;
    asio::post(context_, [this, make = std::move(make), stop = std::move(stop),
                          done = std::move(done), place = std::move(place)] {
      if (stop.stop_requested()) return;
      try {
        const auto exchange = std::make_shared<Exchange>(
            context_, tls_, make(),
            [done, place](std::variant<FetchResponse, Error> result) { done(std::move(result)); });
        exchange->start();
        exchange->cancel_on(stop);
      } catch (const Error& error) {
        done(error);
      } catch (const std::exception& error) {
        done(Error(ErrorKind::io, error.what()));
      }
    });
    return true;
  }

 private:
  // Occupied as long as somebody has it.
  std::shared_ptr<void> take_place() {
    if (running_.fetch_add(1) >= most_) {
      --running_;
      return nullptr;
    }
    return {this, [this](void*) { --running_; }};
  }

  const std::size_t most_;
  std::atomic<std::size_t> running_{0};
  asio::ssl::context tls_;
  asio::io_context context_{1};
  const asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;  // last, because it uses the others
};

Fetcher::Fetcher(std::size_t most) : implementation_(std::make_unique<Implementation>(most)) {}
Fetcher::~Fetcher() = default;

bool Fetcher::start(Make make, std::stop_token stop, Done done) {
  return implementation_->start(std::move(make), std::move(stop), std::move(done));
}

}  // namespace edo::auth
