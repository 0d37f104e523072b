#include "tools/program/metrics_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "edo/error.hpp"
#include "replicator/metrics/prometheus.hpp"
#include "tools/program/listen.hpp"

namespace edo::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::chrono::seconds kClientTimeout{5};
constexpr std::uint32_t kRequestBytes = 8 << 10;
constexpr int kClients = 64;

struct Pages {
  MetricsServer::Page metrics;
  MetricsServer::Page trouble;
};

using Response = http::response<http::string_body>;

Response response(http::status status, std::string body) {
  Response answer(status, 11);
  answer.set(http::field::content_type, "text/plain; charset=utf-8");
  answer.set(http::field::cache_control, "no-store");
  answer.body() = std::move(body);
  return answer;
}

Response page(const Pages& pages, beast::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  if (path == "/metrics") {
    auto answer = response(http::status::ok, pages.metrics());
    answer.set(http::field::content_type, metrics::kPrometheusContentType);
    return answer;
  }
  if (path == "/healthz") {
    const std::string trouble = pages.trouble ? pages.trouble() : std::string();
    return trouble.empty() ? response(http::status::ok, "OK\n")
                           : response(http::status::service_unavailable, trouble + "\n");
  }
  return response(http::status::not_found, "not found; there are /metrics and /healthz\n");
}

Response answer_to(const Pages& pages, const http::request<http::empty_body>& request) {
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    auto answer = response(http::status::method_not_allowed, "only GET and HEAD\n");
    answer.set(http::field::allow, "GET, HEAD");
    return answer;
  }
  try {
    return page(pages, request.target());
  } catch (const std::exception& error) {
    return response(http::status::internal_server_error, std::string(error.what()) + "\n");
  }
}

// One connection with one request. Its handlers keep it alive, hence the shared_ptr.
class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(tcp::socket socket, const Pages& pages, int& clients)
      : stream_(std::move(socket)), pages_(pages), clients_(clients) {
    ++clients_;
    parser_.header_limit(kRequestBytes);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { --clients_; }

  void start() {
    stream_.expires_after(kClientTimeout);
    http::async_read(
        stream_, buffer_, parser_,
        [self = shared_from_this()](Code failure, std::size_t) { self->on_request(failure); });
  }

 private:
  void on_request(Code failure) {
    const bool is_http_error = failure.category() == Code(http::error::bad_method).category();
    if (!failure) {
      response_ = answer_to(pages_, parser_.get());
    } else if (failure == http::error::header_limit || failure == http::error::buffer_overflow ||
               failure == http::error::unexpected_body) {
      response_ = response(http::status::payload_too_large, "the request is too large\n");
    } else if (is_http_error && failure != http::error::end_of_stream &&
               failure != http::error::partial_message) {
      response_ = response(http::status::bad_request, "not a valid HTTP request\n");
    } else {
      return;  // the client is gone, or took too long
    }
    if (parser_.get().method() == http::verb::head) {
      response_.content_length(response_.body().size());
      response_.body().clear();
    } else {
      response_.prepare_payload();
    }
    response_.keep_alive(false);
    stream_.expires_after(kClientTimeout);
    http::async_write(stream_, response_, [self = shared_from_this()](Code, std::size_t) {
      Code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  const Pages& pages_;
  int& clients_;
  beast::flat_buffer buffer_{kRequestBytes};
  http::request_parser<http::empty_body> parser_;
  Response response_;
};

}  // namespace

class MetricsServer::Implementation {
 public:
  Implementation(std::string_view listen, Page metrics, Page trouble)
      : pages_{std::move(metrics), std::move(trouble)}, acceptor_(context_), pause_(context_) {
    const ListenAddress wanted = parse_listen_address("serve metrics", listen);
    try {
      const auto found = tcp::resolver(context_).resolve(wanted.host, std::to_string(wanted.port),
                                                         tcp::resolver::passive);
      const tcp::endpoint endpoint = *found.begin();
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    } catch (const boost::system::system_error& error) {
      throw Error(ErrorKind::io, "serve metrics on", std::string(listen),
                  error.code().message() + "; choose another address or port");
    }
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    context_.stop();
    thread_.join();
  }

  [[nodiscard]] tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  void accept() {
    acceptor_.async_accept([this](Code failure, tcp::socket socket) {
      if (!failure) {
        // A client beyond the limit is closed at once.
        if (clients_ < kClients) {
          std::make_shared<Client>(std::move(socket), pages_, clients_)->start();
        }
        return accept();
      }
      // For example, the process has no file descriptor left.
      pause_.expires_after(std::chrono::milliseconds(100));
      pause_.async_wait([this](Code) { accept(); });
    });
  }

  Pages pages_;
  int clients_ = 0;  // before the context, whose destructor ends them
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::thread thread_;
};

MetricsServer::MetricsServer(std::string_view listen, Page metrics, Page trouble)
    : implementation_(
          std::make_unique<Implementation>(listen, std::move(metrics), std::move(trouble))),
      address_(listen_address_text(implementation_->endpoint().address().to_string(),
                                   implementation_->endpoint().port())),
      port_(implementation_->endpoint().port()) {}

MetricsServer::~MetricsServer() = default;

}  // namespace edo::cli
