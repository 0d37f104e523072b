#include "benchmarks/slow_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <stdexcept>
#include <string>

namespace edo::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPacket = 8 << 10;
// What waits in the queue of a router, beside what is on its way.
constexpr std::size_t kQueued = 64 << 10;
constexpr std::chrono::milliseconds kPatience{100};  // until a wish to end is noticed

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void require(bool ok) {
  if (!ok) throw std::runtime_error("the slow link has no socket");
}

bool send_all(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto put = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (put <= 0) return false;
    sent += static_cast<std::size_t>(put);
  }
  return true;
}

struct Packet {
  Clock::time_point due;
  std::string bytes;
};

// One direction.
struct Way {
  int from;
  int to;
  std::deque<Packet> packets = {};
  std::size_t size = 0;
  Clock::time_point free = Clock::now();  // when the next byte can be sent
};

}  // namespace

SlowLink::SlowLink(std::uint16_t server_port, double bits_per_second,
                   std::chrono::milliseconds round_trip)
    : server_port_(server_port),
      bytes_per_second_(bits_per_second / 8),
      delay_(round_trip / 2),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  require(listener_ >= 0);
  require(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  require(listen(listener_, 8) == 0);
  require(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

SlowLink::~SlowLink() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

void SlowLink::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd watched{listener_, POLLIN, 0};
    if (poll(&watched, 1, static_cast<int>(kPatience.count())) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server_port_);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      pass_on(client, server, stop);
    }
    close(client);
    close(server);
  }
}

void SlowLink::pass_on(int client, int server, const std::stop_token& stop) {
  const int at_once = 1;
  for (const int end : {client, server}) {
    setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  }
  const auto capacity =
      kQueued +
      static_cast<std::size_t>(bytes_per_second_ * std::chrono::duration<double>(delay_).count());
  std::array<Way, 2> ways{{{client, server}, {server, client}}};
  std::string buffer(kPacket, '\0');
  while (!stop.stop_requested()) {
    auto wake = Clock::now() + kPatience;
    std::array<pollfd, 2> watched{};
    for (std::size_t i = 0; i < ways.size(); ++i) {
      Way& way = ways[i];
      while (!way.packets.empty() && way.packets.front().due <= Clock::now()) {
        if (!send_all(way.to, way.packets.front().bytes)) return;
        way.size -= way.packets.front().bytes.size();
        way.packets.pop_front();
      }
      if (!way.packets.empty()) wake = std::min(wake, way.packets.front().due);
      watched[i] = {way.size < capacity ? way.from : -1, POLLIN, 0};
    }
    const auto left = std::max(wake - Clock::now(), Clock::duration::zero());
    const timespec timeout{0, std::chrono::nanoseconds(left).count()};
    if (ppoll(watched.data(), watched.size(), &timeout, nullptr) <= 0) continue;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (watched[i].revents == 0) continue;
      Way& way = ways[i];
      const auto got = recv(way.from, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      const auto size = static_cast<std::size_t>(got);
      bytes_ += size;
      way.size += size;
      way.free = std::max(way.free, Clock::now()) +
                 std::chrono::duration_cast<Clock::duration>(
                     std::chrono::duration<double>(static_cast<double>(size) / bytes_per_second_));
      way.packets.push_back({way.free + delay_, buffer.substr(0, size)});
    }
  }
}

}  // namespace edo::bench
