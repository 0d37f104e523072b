#include "support/proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace edo::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kReadAtOnce = std::size_t{16} << 10;
// What is on the way in one direction at most; then the sender has to wait.
constexpr std::size_t kChunksOnTheWay = 16;

[[noreturn]] void fail(const std::string& operation) {
  throw std::runtime_error("proxy: " + operation + ": " + std::strerror(errno));
}

std::size_t index(Direction direction) { return static_cast<std::size_t>(direction); }

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int listen_anywhere() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const sockaddr_in address = loopback(0);
  if (listener < 0 ||
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, SOMAXCONN) != 0) {
    fail("listen");
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("listen");
  return ntohs(address.sin_port);
}

void send_at_once(int socket) {
  const int yes = 1;
  (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace

Proxy::Proxy(std::string_view url) : listener_(listen_anywhere()), wake_(eventfd(0, EFD_CLOEXEC)) {
  if (wake_ < 0) fail("create an event descriptor");
  const auto end = url.rfind('/');
  const auto begin = url.rfind(':', end) + 1;
  server_port_ =
      static_cast<std::uint16_t>(std::stoul(std::string(url.substr(begin, end - begin))));
  url_ = std::string(url.substr(0, begin)) + std::to_string(port_of(listener_)) +
         std::string(url.substr(end));
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake();
  }
  thread_.join();
  for (auto& link : links_) link.broken = true;
  sweep();
  close(listener_);
  close(wake_);
}

std::uint64_t Proxy::bytes(Direction direction) const {
  const std::lock_guard lock(mutex_);
  return counts_[index(direction)];
}

void Proxy::reset_counts() {
  const std::lock_guard lock(mutex_);
  counts_ = {};
}

void Proxy::fault_after(Direction direction, std::uint64_t bytes, Fault fault) {
  const std::lock_guard lock(mutex_);
  struck_ = false;
  if (bytes == 0) {
    strike(fault);
  } else {
    trigger_ = Trigger{direction, bytes, fault};
  }
  wake();
}

bool Proxy::has_struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

void Proxy::throttle(std::uint64_t bytes_per_second, milliseconds latency) {
  const std::lock_guard lock(mutex_);
  bytes_per_second_ = bytes_per_second;
  latency_ = latency;
}

void Proxy::heal() {
  const std::lock_guard lock(mutex_);
  trigger_.reset();
  bytes_per_second_ = 0;
  latency_ = milliseconds(0);
  stalled_ = down_ = false;
  wake();
}

void Proxy::wake() const {
  const std::uint64_t one = 1;
  if (write(wake_, &one, sizeof one) != sizeof one) fail("wake");
}

void Proxy::serve() {
  for (;;) {
    std::vector<pollfd> watched;
    int timeout = -1;
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
      const auto now = steady_clock::now();
      watched = wishes(now);
      timeout = patience(now);
    }
    if (poll(watched.data(), watched.size(), timeout) < 0) continue;
    const std::lock_guard lock(mutex_);
    fulfil(watched, steady_clock::now());
  }
}

// The listener, the wake-up call, then both ends of each connection. An end that nothing is wanted
// of is left out, since its hangup would be told over and over.
std::vector<pollfd> Proxy::wishes(Time now) const {
  std::vector<pollfd> watched = {{stalled_ ? -1 : listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
  for (const auto& link : links_) {
    for (std::size_t end = 0; end < 2; ++end) {
      const int events = (may_read(link.streams[end]) ? POLLIN : 0) |
                         (is_due(link.streams[1 - end], now) ? POLLOUT : 0);
      watched.push_back({events == 0 ? -1 : link.sockets[end], static_cast<short>(events), 0});
    }
  }
  return watched;
}

void Proxy::fulfil(const std::vector<pollfd>& polled, Time now) {
  std::uint64_t calls = 0;
  if (polled[1].revents != 0 && read(wake_, &calls, sizeof calls) < 0) fail("wake");
  auto end = polled.begin() + 2;
  for (auto& link : links_) {
    for (std::size_t i = 0; i < 2; ++i, ++end) {
      // What one connection brought about holds for the others at once.
      if (end->revents == 0 || link.broken || stalled_) continue;
      if (is_due(link.streams[1 - i], now)) write_due(link, 1 - i);
      if (may_read(link.streams[i]) && (end->revents & ~POLLOUT) != 0) read_some(link, i, now);
    }
    for (const auto& stream : link.streams) {
      if (stream.ended && stream.on_the_way.empty()) link.broken = true;
    }
  }
  sweep();
  if (polled[0].revents != 0) accept_one();
}

int Proxy::patience(Time now) const {
  if (stalled_) return -1;
  std::optional<Time> next;
  for (const auto& link : links_) {
    for (const auto& stream : link.streams) {
      if (stream.on_the_way.empty() || is_due(stream, now)) continue;
      const auto due = stream.on_the_way.front().due;
      if (!next || due < *next) next = due;
    }
  }
  if (!next) return -1;
  return static_cast<int>(std::chrono::ceil<milliseconds>(*next - now).count());
}

bool Proxy::may_read(const Stream& stream) const {
  return !stalled_ && !stream.ended && stream.on_the_way.size() < kChunksOnTheWay;
}

bool Proxy::is_due(const Stream& stream, Time now) const {
  return !stalled_ && !stream.on_the_way.empty() && stream.on_the_way.front().due <= now;
}

void Proxy::accept_one() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) return;  // it has gone again
  // On loopback a connection is made or refused at once.
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  if (down_ || server < 0 ||
      connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(client);
    if (server >= 0) close(server);
    return;
  }
  (void)fcntl(server, F_SETFL, O_NONBLOCK);
  send_at_once(client);
  send_at_once(server);
  links_.push_back({{client, server}, {}});
}

void Proxy::read_some(Link& link, std::size_t from, Time now) {
  std::string bytes(kReadAtOnce, '\0');
  const auto size = recv(link.sockets[from], bytes.data(), bytes.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  Stream& stream = link.streams[from];
  if (size <= 0) {
    stream.ended = true;
    return;
  }
  bytes.resize(static_cast<std::size_t>(size));
  stream.free_at = std::max(stream.free_at, now);
  if (bytes_per_second_ > 0) {
    stream.free_at += std::chrono::microseconds(bytes.size() * 1'000'000 / bytes_per_second_);
  }
  stream.on_the_way.push_back({stream.free_at + latency_, std::move(bytes)});
}

void Proxy::write_due(Link& link, std::size_t from) {
  std::string& bytes = link.streams[from].on_the_way.front().bytes;
  const bool watched = trigger_ && index(trigger_->direction) == from;
  const std::size_t most =
      watched ? std::min<std::uint64_t>(bytes.size(), trigger_->left) : bytes.size();
  const auto size = send(link.sockets[1 - from], bytes.data(), most, MSG_NOSIGNAL);
  if (size < 0) {
    link.broken = errno != EAGAIN && errno != EINTR;
    return;
  }
  const auto sent = static_cast<std::size_t>(size);
  counts_[from] += sent;
  bytes.erase(0, sent);
  if (bytes.empty()) link.streams[from].on_the_way.pop_front();
  if (!watched) return;
  trigger_->left -= sent;
  if (trigger_->left == 0) strike(trigger_->fault);
}

void Proxy::strike(Fault fault) {
  struck_ = true;
  trigger_.reset();
  stalled_ = fault == Fault::stall;
  down_ = fault == Fault::down;
  if (stalled_) return;
  for (auto& link : links_) link.broken = true;
}

void Proxy::sweep() {
  links_.remove_if([](const Link& link) {
    if (!link.broken) return false;
    for (const int socket : link.sockets) close(socket);
    return true;
  });
}

}  // namespace edo::testing
