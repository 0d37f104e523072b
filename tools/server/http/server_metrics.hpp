// The server's metrics for Prometheus.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "replicator/metrics/prometheus.hpp"
#include "tools/server/http/server.hpp"
#include "tools/server/live/hub.hpp"

namespace edo::http {

// Safe to use from several threads.
class ServerMetrics {
 public:
  // `route` is one of a fixed set, never text of a client.
  void count_request(std::string_view route, int status, double seconds, std::size_t bytes);
  // One operation by outcome: "ok" or the error's code.
  void count_operation(std::string_view outcome);

  [[nodiscard]] std::string render(const ServerFigures& network, const live::HubFigures& hub,
                                   std::size_t waiting) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, metrics::Histogram> seconds_;
  std::map<std::string, std::uint64_t, std::less<>> operations_;
  std::uint64_t bytes_ = 0;
};

}  // namespace edo::http
