#include "tools/server/http/server_metrics.hpp"

#include <fmt/format.h>

#include <iterator>

namespace edo::http {
namespace {

using metrics::begin_family;
using metrics::Family;

// The names are a contract with dashboards and alert rules; docs/serve.md lists them.
constexpr Family kBuild{"edo_server_build_info", "gauge", "The program's version; always 1"};
constexpr Family kRequests{"edo_server_requests_total", "counter",
                           "HTTP requests by route and status"};
constexpr Family kSeconds{"edo_server_request_duration_seconds", "histogram",
                          "Time from a complete request to its complete response"};
constexpr Family kOperations{"edo_server_operations_total", "counter",
                             "GraphQL operations over HTTP by outcome, ok or the error's code"};

void append(std::string& out, const Family& family, std::uint64_t value) {
  begin_family(out, family);
  fmt::format_to(std::back_inserter(out), "{} {}\n", family.name, value);
}

}  // namespace

void ServerMetrics::count_request(std::string_view route, int status, double seconds,
                                  std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), status}];
  seconds_[std::string(route)].observe(seconds);
  bytes_ += bytes;
}

void ServerMetrics::count_operation(std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  ++operations_[std::string(outcome)];
}

std::string ServerMetrics::render(const ServerFigures& network, const live::HubFigures& hub,
                                  std::size_t waiting) const {
  const std::lock_guard lock(mutex_);
  std::string out;
  begin_family(out, kBuild);
  fmt::format_to(std::back_inserter(out), "{}{{version=\"{}\"}} 1\n", kBuild.name, EDO_VERSION);
  begin_family(out, kRequests);
  for (const auto& [key, count] : requests_) {
    fmt::format_to(std::back_inserter(out), "{}{{route=\"{}\",status=\"{}\"}} {}\n", kRequests.name,
                   key.first, key.second, count);
  }
  begin_family(out, kSeconds);
  for (const auto& [route, histogram] : seconds_) {
    append_histogram(out, kSeconds, fmt::format("route=\"{}\"", route), histogram);
  }
  begin_family(out, kOperations);
  for (const auto& [outcome, count] : operations_) {
    fmt::format_to(std::back_inserter(out), "{}{{outcome=\"{}\"}} {}\n", kOperations.name,
                   metrics::escaped_label(outcome), count);
  }
  const std::pair<Family, std::uint64_t> values[] = {
      {{"edo_server_response_bytes_total", "counter", "Bytes of response bodies"}, bytes_},
      {{"edo_server_connections", "gauge", "Open connections"}, network.connections},
      {{"edo_server_websockets", "gauge", "WebSockets among them"}, network.sockets},
      {{"edo_server_connections_total", "counter", "Accepted connections"}, network.accepted},
      {{"edo_server_connections_refused_total", "counter",
        "Connections closed because there were too many"},
       network.refused},
      {{"edo_server_waiting_requests", "gauge", "Requests that wait for a worker"}, waiting},
      {{"edo_server_subscriptions", "gauge", "Subscriptions of all clients"}, hub.subscriptions},
      {{"edo_server_live_queries", "gauge", "Distinct live queries and streams among them"},
       hub.cohorts},
      {{"edo_server_polls_total", "counter", "Polls of live queries"}, hub.polls},
      {{"edo_server_polls_skipped_total", "counter", "Polls skipped because nothing was committed"},
       hub.polls_skipped},
      {{"edo_server_pushes_total", "counter", "Results sent to subscribers"}, hub.answers},
  };
  for (const auto& [family, value] : values) append(out, family, value);
  return out;
}

}  // namespace edo::http
