// HTTP/1.1 and WebSocket on one port, with or without TLS. The rest of the server sees only this
// interface of the network.
//
// One thread reads and writes for all clients and waits for none of them: header, body and response
// each have a time limit and a size limit. Handlers run in that thread and must not block it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "tools/server/http/message.hpp"
#include "tools/server/live/socket.hpp"

namespace edo::http {

struct ServerOptions {
  std::string listen =
      "127.0.0.1:8080";                  // HOST:PORT, or PORT of 127.0.0.1; port 0 picks a free one
  bool only_loopback = true;             // refuses any other address
  std::string tls_certificate, tls_key;  // PEM files; both or none
  std::size_t connections = 4096;        // one more is closed at once
  std::uint32_t header_bytes = 16 << 10;
  std::uint64_t body_bytes = 4 << 20;
  std::uint64_t message_bytes = 2 << 20;  // of one WebSocket message
  // Of all bodies and messages of more than 64 KiB that are not answered yet.
  std::uint64_t incoming_bytes = 64 << 20;
  std::chrono::milliseconds idle_time{75'000};
  std::chrono::milliseconds header_time{10'000};
  // For receiving a body or sending a response: this, and one more second for each slow_bytes of
  // it.
  std::chrono::milliseconds transfer_time{30'000};
  std::uint64_t slow_bytes = 16 << 10;
  // A client that takes nothing of what is sent for so long is disconnected; the second one if
  // others need the memory.
  std::chrono::milliseconds stall_time{20'000};
  std::chrono::milliseconds short_stall_time{2'000};
};

// An accepted request to open a WebSocket.
struct Upgrade {
  std::string protocol;  // Sec-WebSocket-Protocol of the answer; empty: none
  std::function<std::shared_ptr<live::Listener>(live::Socket&)> open;
};

class Handler {
 public:
  using Respond = std::function<void(Response)>;

  virtual ~Handler() = default;
  // Calls `respond` once, now or later, in any thread; it need not after the stop request of
  // `left`, which means that the client has left.
  virtual void handle(Request request, Respond respond, std::stop_token left) = 0;
  // Throws Refusal if there is no WebSocket for this request.
  [[nodiscard]] virtual Upgrade upgrade(const Request& request) = 0;
  // Called about twice a second while there are clients. True if responses need more memory than
  // there is, so that clients that take nothing are disconnected sooner.
  [[nodiscard]] virtual bool tick(std::chrono::steady_clock::time_point now) = 0;
};

struct Refusal {
  Response response;
};

struct ServerFigures {
  std::size_t connections = 0;
  std::size_t sockets = 0;  // WebSockets among them
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // because there were too many connections
};

class Server {
 public:
  // Binds the address. Throws Error: invalid_argument (no address, not loopback, no such
  // certificate), io (the port is taken, or not allowed).
  explicit Server(const ServerOptions& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // "127.0.0.1:8080", with the actual port.
  [[nodiscard]] const std::string& address() const noexcept;
  // Runs functions in the network's thread.
  [[nodiscard]] live::Post post() const;
  [[nodiscard]] ServerFigures figures() const noexcept;

  // Serves clients from now on, in a separate thread. The handler must exist until drain() returns.
  void start(Handler& handler);

  // Accepts no new connections, finishes running requests, and closes what is left after `bound`.
  // False if something was left. The thread has ended after that.
  bool drain(std::chrono::milliseconds bound);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace edo::http
