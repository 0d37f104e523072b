// A WebSocket connection between the network and a conversation. Both sides run only in the
// network's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace edo::live {

// Queues a function for the network's thread; functions run in order. Any thread may call it.
using Post = std::function<void(std::function<void()>)>;

class Socket {
 public:
  virtual ~Socket() = default;
  // Queues a text message; after close() it does nothing.
  virtual void send(std::string message) = 0;
  // Ends the connection after everything queued is sent.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  // Queued bytes that the client has not received yet.
  [[nodiscard]] virtual std::size_t unsent() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(std::string message) = 0;
  // Called when everything queued is sent.
  virtual void on_drained() = 0;
  // Called about twice a second.
  virtual void on_tick(std::chrono::steady_clock::time_point now) = 0;
};

}  // namespace edo::live
