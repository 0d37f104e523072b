// A network between a program and a server that can be cut, stalled and slowed down at will.
#pragma once

#include <poll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace edo::testing {

enum class Direction : std::size_t { up, down };  // to the server, and from it

// Forwards TCP connections on loopback. One thread of its own does it; any thread may ask for
// faults, which hold for all connections, those that are open and those to come.
class Proxy {
 public:
  // `url` names a server as postgresql://user@127.0.0.1:port/database. Throws std::runtime_error.
  explicit Proxy(std::string_view url);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  // The same address by way of the proxy.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  // What went through since the last reset_counts().
  [[nodiscard]] std::uint64_t bytes(Direction direction) const;
  void reset_counts();

  // What happens once so many more bytes have gone that way, the last of them having gone through.
  enum class Fault {
    cut,    // all connections are closed
    down,   // and new ones as well, until heal()
    stall,  // connections stay open, but nothing goes through in either direction, until heal()
  };
  void fault_after(Direction direction, std::uint64_t bytes, Fault fault);
  // Whether it has come.
  [[nodiscard]] bool has_struck() const;
  // Bytes a second in each direction of each connection, and how long each takes to arrive.
  void throttle(std::uint64_t bytes_per_second, std::chrono::milliseconds latency);
  // Ends all faults.
  void heal();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Chunk {
    Time due;
    std::string bytes;
  };
  // One direction of one connection.
  struct Stream {
    std::deque<Chunk> on_the_way;
    Time free_at{};      // when the last byte will have been put on the wire
    bool ended = false;  // the sender has closed it
  };
  // The client's end is socket 0, the server's socket 1; stream i begins at socket i.
  struct Link {
    std::array<int, 2> sockets;
    std::array<Stream, 2> streams;
    bool broken = false;
  };
  struct Trigger {
    Direction direction;
    std::uint64_t left;
    Fault fault;
  };

  void serve();
  void wake() const;
  [[nodiscard]] std::vector<pollfd> wishes(Time now) const;
  void fulfil(const std::vector<pollfd>& polled, Time now);
  // The time until the next chunk is due, in milliseconds; -1 if there is none.
  [[nodiscard]] int patience(Time now) const;
  [[nodiscard]] bool may_read(const Stream& stream) const;
  [[nodiscard]] bool is_due(const Stream& stream, Time now) const;
  void accept_one();
  void read_some(Link& link, std::size_t from, Time now);
  void write_due(Link& link, std::size_t from);
  void strike(Fault fault);
  void sweep();

  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t server_port_ = 0;
  std::string url_;

  mutable std::mutex mutex_;  // over all that follows
  std::list<Link> links_;
  std::array<std::uint64_t, 2> counts_{};
  std::optional<Trigger> trigger_;
  std::uint64_t bytes_per_second_ = 0;  // 0: as fast as it goes
  std::chrono::milliseconds latency_{0};
  bool stalled_ = false;
  bool down_ = false;
  bool struck_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace edo::testing
