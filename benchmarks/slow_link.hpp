// A link with little bandwidth and a long way, between a program and a server on this machine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace edo::bench {

// Listens on 127.0.0.1 and passes one connection at a time on to `server_port`, each way at
// `bits_per_second` and late by half the round trip. Bytes that are under way are as many as the
// link holds, so a sender is slowed down and not deceived.
class SlowLink {
 public:
  SlowLink(std::uint16_t server_port, double bits_per_second, std::chrono::milliseconds round_trip);
  SlowLink(const SlowLink&) = delete;
  SlowLink& operator=(const SlowLink&) = delete;
  ~SlowLink();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // Passed on since the beginning, both ways together.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_.load(); }

 private:
  void serve(const std::stop_token& stop);
  void pass_on(int client, int server, const std::stop_token& stop);

  std::uint16_t server_port_;
  double bytes_per_second_;
  std::chrono::steady_clock::duration delay_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> bytes_{0};
  std::jthread thread_;
};

}  // namespace edo::bench
