// A WebSocket connection between the network and a conversation. Both sides run only in the
// network's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace edo::live {

// Queues a function for the network's thread; functions run in order. Any thread may call it.
using Post = std::function<void(std::function<void()>)>;

// A result that all its receivers share, together with what counts its memory.
using Answer = std::shared_ptr<const std::string>;
[[nodiscard]] inline Answer make_answer(std::string text, std::shared_ptr<void> memory) {
  struct Counted {
    std::string text;
    std::shared_ptr<void> memory;
  };
  const auto counted = std::make_shared<const Counted>(Counted{std::move(text), std::move(memory)});
  return {counted, &counted->text};
}

// A text message; its parts follow each other, so that no receiver needs a copy of an answer.
struct Message {
  std::string begin;
  Answer middle = nullptr;
  std::string_view end = {};

  [[nodiscard]] std::size_t size() const noexcept {
    return begin.size() + (middle == nullptr ? 0 : middle->size()) + end.size();
  }
};

class Socket {
 public:
  virtual ~Socket() = default;
  // Queues a message; after close() it does nothing.
  virtual void send(Message message) = 0;
  // Ends the connection after everything queued is sent.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  // Queued bytes that the client has not received yet.
  [[nodiscard]] virtual std::size_t unsent() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  // `memory` counts the message, until it has been answered.
  virtual void on_message(std::string message, std::shared_ptr<void> memory) = 0;
  // Called when everything queued is sent.
  virtual void on_drained() = 0;
  // Called about twice a second.
  virtual void on_tick(std::chrono::steady_clock::time_point now) = 0;
};

}  // namespace edo::live
