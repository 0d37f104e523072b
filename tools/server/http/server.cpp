#include "tools/server/http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "edo/error.hpp"
#include "tools/program/listen.hpp"
#include "tools/server/http/http_connection.hpp"
#include "tools/server/http/registry.hpp"

namespace edo::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kTick{500};
constexpr std::chrono::milliseconds kPauseAfterFailure{100};

Error cannot_listen(const std::string& address, const std::string& why) {
  return {ErrorKind::io, "listen on " + address + ": " + why + "; choose another address or port"};
}

std::unique_ptr<asio::ssl::context> tls_context(const ServerOptions& options) {
  if (options.tls_certificate.empty() && options.tls_key.empty()) return nullptr;
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  std::string file = options.tls_certificate;
  try {
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    context->use_certificate_chain_file(file);
    file = options.tls_key;
    context->use_private_key_file(file, asio::ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw Error(ErrorKind::invalid_argument, "read", file,
                error.code().message() +
                    "; --tls-cert is a PEM file with the chain, --tls-key its private key");
  }
  return context;
}

}  // namespace

class Server::Implementation {
 public:
  explicit Implementation(const ServerOptions& options)
      : options_(options),
        tls_(tls_context(options_)),
        shared_(options_, context_),
        acceptor_(context_),
        pause_(context_),
        ticks_(context_) {
    const auto wanted = cli::parse_listen_address("listen", options_.listen);
    try {
      const auto found = tcp::resolver(context_).resolve(wanted.host, std::to_string(wanted.port),
                                                         tcp::resolver::passive);
      const tcp::endpoint endpoint = *found.begin();
      if (options_.only_loopback && !endpoint.address().is_loopback()) {
        throw Error(ErrorKind::invalid_argument, "listen on", options_.listen,
                    "everybody who reaches this address could read everything; set "
                    "$EDO_ADMIN_SECRET, or listen on 127.0.0.1");
      }
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
      address_ = cli::listen_address_text(endpoint.address().to_string(),
                                          acceptor_.local_endpoint().port());
    } catch (const boost::system::system_error& error) {
      throw cannot_listen(options_.listen, error.code().message());
    }
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() { (void)drain(std::chrono::milliseconds(0)); }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  [[nodiscard]] live::Post post() {
    return [this](std::function<void()> what) { asio::post(context_, std::move(what)); };
  }

  [[nodiscard]] ServerFigures figures() const noexcept {
    return {shared_.open, shared_.sockets, shared_.accepted, shared_.refused};
  }

  void start(Handler& handler) {
    shared_.handler = &handler;
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  bool drain(std::chrono::milliseconds bound) {
    if (!thread_.joinable()) return true;
    std::promise<void> promise;
    empty_ = &promise;
    asio::post(context_, [this] { begin_drain(); });
    const bool complete = promise.get_future().wait_for(bound) == std::future_status::ready;
    asio::post(context_, [this] {
      empty_ = nullptr;
      abort_all();
      context_.stop();
    });
    thread_.join();
    return complete;
  }

 private:
  void accept() {
    acceptor_.async_accept([this](Code failure, tcp::socket socket) {
      if (failure == asio::error::operation_aborted || shared_.draining) return;
      if (!failure) {
        admit(std::move(socket));
        return accept();
      }
      // The process has no file descriptor left, for example.
      pause_.expires_after(kPauseAfterFailure);
      pause_.async_wait([this](Code stopped) {
        if (!stopped) accept();
      });
    });
  }

  void admit(tcp::socket socket) {
    if (shared_.connections.size() >= options_.connections) {
      ++shared_.refused;
      return;
    }
    ++shared_.accepted;
    ++shared_.open;
    serve_http(shared_, std::move(socket), tls_.get());
    if (!std::exchange(ticking_, true)) tick();
  }

  // Only while there are connections, so that an idle server does not wake up.
  void tick() {
    ticks_.expires_after(kTick);
    ticks_.async_wait([this](Code stopped) {
      if (stopped) return;
      const auto now = std::chrono::steady_clock::now();
      const bool is_short = shared_.handler->tick(now);
      const auto stall_time = is_short ? options_.short_stall_time : options_.stall_time;
      for (const auto& connection : all()) connection->tick(now, stall_time);
      ticking_ = !shared_.connections.empty();
      if (ticking_) tick();
    });
  }

  void begin_drain() {
    shared_.draining = true;
    Code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& connection : all()) connection->drain();
    tell_if_empty();
    watch_drain();
  }

  void watch_drain() {
    pause_.expires_after(std::chrono::milliseconds(10));
    pause_.async_wait([this](Code stopped) {
      if (stopped) return;
      tell_if_empty();
      watch_drain();
    });
  }

  void tell_if_empty() {
    if (!shared_.connections.empty() || empty_ == nullptr) return;
    empty_->set_value();
    empty_ = nullptr;
  }

  void abort_all() {
    for (const auto& connection : all()) connection->abort();
  }

  // A copy, since connections leave the table meanwhile.
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const {
    std::vector<std::shared_ptr<Connection>> connections;
    for (const auto& [id, connection] : shared_.connections) connections.push_back(connection);
    return connections;
  }

  const ServerOptions options_;
  std::string address_;
  std::unique_ptr<asio::ssl::context> tls_;
  Shared shared_;  // before the context, whose destructor uses it
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::steady_timer ticks_;
  bool ticking_ = false;
  std::promise<void>* empty_ = nullptr;  // set when the last connection has ended
  std::thread thread_;
};

Server::Server(const ServerOptions& options)
    : implementation_(std::make_unique<Implementation>(options)) {}
Server::~Server() = default;

const std::string& Server::address() const noexcept { return implementation_->address(); }
live::Post Server::post() const { return implementation_->post(); }
ServerFigures Server::figures() const noexcept { return implementation_->figures(); }
void Server::start(Handler& handler) { implementation_->start(handler); }
bool Server::drain(std::chrono::milliseconds bound) { return implementation_->drain(bound); }

}  // namespace edo::http
