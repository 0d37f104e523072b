// Serves GET /metrics and GET /healthz over HTTP, for Prometheus and for health checks:
//
//     metrics::Metrics metrics;
//     const cli::MetricsServer server("127.0.0.1:9464", [&] { return metrics.render(); });
//     spdlog::info("metrics at http://{}/metrics", server.address());
//
// It has one thread, which never waits for a client: it disconnects clients that do not send their
// request within a few seconds or send too much, and clients beyond a few dozen at a time. It has
// no authentication and no TLS, so it belongs on loopback or behind a proxy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace edo::cli {

class MetricsServer {
 public:
  using Page = std::function<std::string()>;

  // Listens on "HOST:PORT", or on "PORT" of 127.0.0.1; port 0 picks a free one. Both pages are
  // called in the server's thread. `trouble` returns in one line why the process is unhealthy, or
  // an empty text; without it /healthz reports that the process runs. Throws Error:
  // invalid_argument (not an address), io (the port is taken or not allowed).
  explicit MetricsServer(std::string_view listen, Page metrics, Page trouble = {});
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;
  // Closes all connections at once and ends the thread.
  ~MetricsServer();

  // "127.0.0.1:9464", with the port that was picked.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
  std::string address_;
  std::uint16_t port_ = 0;
};

}  // namespace edo::cli
