// The connections of a server, for the network's thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "tools/server/backend/memory.hpp"
#include "tools/server/http/server.hpp"

namespace edo::http {

class Connection {
 public:
  virtual ~Connection() = default;
  // Drains it: it ends after its current request.
  virtual void drain() = 0;
  // Ends it now.
  virtual void abort() = 0;
  // The response to its request is ready.
  virtual void respond(Response /*response*/) {}
  // Called about twice a second. A client that takes nothing for `stall_time` is disconnected.
  virtual void tick(std::chrono::steady_clock::time_point now,
                    std::chrono::milliseconds stall_time) = 0;
};

struct Shared {
  using Id = std::uint64_t;

  Shared(const ServerOptions& given, boost::asio::io_context& network)
      : options(given), context(network), incoming(given.incoming_bytes) {}

  const ServerOptions& options;
  boost::asio::io_context& context;
  Handler* handler = nullptr;
  bool draining = false;
  Id last_id = 0;
  // Other threads refer to connections by number, so that they never own one.
  std::map<Id, std::shared_ptr<Connection>> connections;

  backend::Memory incoming;
  std::atomic<std::size_t> open{0};
  std::atomic<std::size_t> sockets{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};

  void remove(Id id) {
    if (connections.erase(id) > 0) --open;
  }
};

}  // namespace edo::http
