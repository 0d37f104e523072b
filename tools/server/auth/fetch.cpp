#include "tools/server/auth/fetch.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <utility>

#include "edo/error.hpp"

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

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The steps of one request, each of which begins when the one before it is done. One clock runs for
// all of them.
class Exchange {
 public:
  Exchange(const FetchRequest& request, const Url& url)
      : url_(url), resolver_(context_), tcp_(context_), request_(message_of(request, url)) {
    parser_.body_limit(kFetchBytes);
    if (!url_.is_secure) return;
    tls_.set_default_verify_paths();
    tls_.set_verify_mode(asio::ssl::verify_peer);
    secure_.emplace(tcp_, tls_);
    secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
    SSL_set_tlsext_host_name(secure_->native_handle(), url_.host.c_str());
  }

  FetchResponse run(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { context_.stop(); });
    resolver_.async_resolve(url_.host, url_.port,
                            [this](Code failure, const tcp::resolver::results_type& found) {
                              failure ? end(failure) : connect(found);
                            });
    context_.run_for(kFetchTime);
    if (stop.stop_requested()) throw std::runtime_error("stopped");
    if (!is_done_) throw std::runtime_error("no answer within 10 seconds");
    if (failure_) throw std::runtime_error(failure_.message());
    return response();
  }

 private:
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
    tcp_.async_connect(found, [this](Code failure, const tcp::endpoint&) {
      if (failure) return end(failure);
      secure_ ? handshake() : write(tcp_);
    });
  }

  void handshake() {
    secure_->async_handshake(asio::ssl::stream_base::client,
                             [this](Code failure) { failure ? end(failure) : write(*secure_); });
  }

  template <typename Stream>
  void write(Stream& stream) {
    bhttp::async_write(stream, request_, [this, &stream](Code failure, std::size_t) {
      failure ? end(failure) : read(stream);
    });
  }

  template <typename Stream>
  void read(Stream& stream) {
    bhttp::async_read(stream, buffer_, parser_,
                      [this](Code failure, std::size_t) { end(failure); });
  }

  void end(Code failure) {
    failure_ = failure;
    is_done_ = true;
    context_.stop();
  }

  FetchResponse response() {
    auto message = parser_.release();
    FetchResponse result;
    result.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      result.headers.emplace_back(lower({field.name_string().data(), field.name_string().size()}),
                                  std::string(field.value()));
    }
    result.body = std::move(message.body());
    return result;
  }

  const Url& url_;
  asio::io_context context_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  tcp::resolver resolver_;
  beast::tcp_stream tcp_;
  std::optional<asio::ssl::stream<beast::tcp_stream&>> secure_;
  bhttp::request<bhttp::string_body> request_;
  beast::flat_buffer buffer_;
  bhttp::response_parser<bhttp::string_body> parser_;
  Code failure_;
  bool is_done_ = false;
};

}  // namespace

void check_url(const std::string& url) { (void)parse_url(url); }

FetchResponse fetch(const FetchRequest& request, const std::stop_token& stop) {
  const Url url = parse_url(request.url);
  try {
    return Exchange(request, url).run(stop);
  } catch (const std::exception& error) {
    throw Error(ErrorKind::unavailable, "fetch", request.url, error.what());
  }
}

}  // namespace edo::auth
