#include "tools/program/metrics_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <vector>

#include "edo/error.hpp"

using namespace edo;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using cli::MetricsServer;

namespace {

// A client that sends given bytes.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(socket_); }

  // False once the other side has closed.
  bool send(const std::string& text) const {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }

  // Everything until the other side closes; nothing if it has not within the time.
  [[nodiscard]] std::optional<std::string> read_all(std::chrono::milliseconds patience) const {
    std::string text;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd watched{socket_, POLLIN, 0};
      if (left.count() <= 0 || poll(&watched, 1, static_cast<int>(left.count())) <= 0) return {};
      char bytes[4096];
      const auto got = recv(socket_, bytes, sizeof bytes, 0);
      if (got <= 0) return text;
      text.append(bytes, static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_;
};

std::string ask(const MetricsServer& server, const std::string& request) {
  const Client client(server.port());
  REQUIRE(client.send(request));
  return client.read_all(std::chrono::seconds(20)).value_or("no answer");
}

std::string get(const MetricsServer& server, const std::string& path) {
  return ask(server, "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n");
}

}  // namespace

TEST_CASE("the metrics and the health of a process are pages") {
  int asked = 0;
  std::string trouble;
  const MetricsServer server(
      "127.0.0.1:0", [&] { return "asked " + std::to_string(++asked) + "\n"; },
      [&] { return trouble; });
  CHECK(server.port() != 0);
  CHECK(server.address() == "127.0.0.1:" + std::to_string(server.port()));
  const std::string first = get(server, "/metrics");
  CHECK_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(first, Contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  CHECK_THAT(first, Contains("Content-Length: 8\r\n"));
  CHECK_THAT(first, Contains("Connection: close\r\n"));
  CHECK_THAT(first, Contains("\r\n\r\nasked 1\n"));
  CHECK_THAT(get(server, "/metrics?format=text"), Contains("asked 2\n"));

  const std::string head = ask(server, "HEAD /metrics HTTP/1.1\r\nHost: here\r\n\r\n");
  CHECK_THAT(head, Contains("Content-Length: 8\r\n"));
  CHECK_THAT(head, !Contains("asked"));

  CHECK_THAT(get(server, "/healthz"), StartsWith("HTTP/1.1 200") && Contains("\r\n\r\nOK\n"));
  trouble = "the central database is away";
  CHECK_THAT(get(server, "/healthz"),
             StartsWith("HTTP/1.1 503") && Contains("the central database is away"));
}

TEST_CASE("a page without contents says so") {
  const MetricsServer server("0", []() -> std::string { throw std::runtime_error("out of it"); });
  CHECK_THAT(get(server, "/"), StartsWith("HTTP/1.1 404"));
  CHECK_THAT(get(server, "/metrics/"), StartsWith("HTTP/1.1 404"));
  CHECK_THAT(get(server, "/metrics"), StartsWith("HTTP/1.1 500") && Contains("out of it"));
  CHECK_THAT(get(server, "/healthz"), StartsWith("HTTP/1.1 200"));
  CHECK_THAT(ask(server, "DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
             StartsWith("HTTP/1.1 405") && Contains("Allow: GET, HEAD\r\n"));
  CHECK_THAT(ask(server, "what is this\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_CASE("a request that is too large is refused") {
  const MetricsServer server("0", [] { return std::string("x\n"); });
  const std::string many(100'000, 'a');
  const Client header(server.port());
  // It may be closed while this is still being sent.
  (void)header.send("GET /metrics HTTP/1.1\r\nX: " + many);
  CHECK(header.read_all(std::chrono::seconds(20)).has_value());
  CHECK_THAT(ask(server, "GET /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
             StartsWith("HTTP/1.1 413"));
  CHECK_THAT(get(server, "/metrics"), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("slow clients do not keep others waiting, and are cut off") {
  const MetricsServer server("0", [] { return std::string("x\n"); });
  const Client silent(server.port());
  const Client slow(server.port());
  REQUIRE(slow.send("GET /met"));
  for (int i = 0; i < 20; ++i) CHECK_THAT(get(server, "/metrics"), StartsWith("HTTP/1.1 200"));
  // Both are closed by the server, without an answer.
  CHECK(silent.read_all(std::chrono::seconds(20)) == std::string());
  CHECK(slow.read_all(std::chrono::seconds(20)) == std::string());
}

TEST_CASE("the number of clients is bounded") {
  const MetricsServer server("0", [] { return std::string("x\n"); });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  // The last ones are closed at once, long before the time of the others is over.
  CHECK(clients.back()->read_all(std::chrono::seconds(4)).has_value());
  clients.clear();
  for (int tries = 0; tries < 1000; ++tries) {
    if (get(server, "/metrics").starts_with("HTTP/1.1 200")) return;
  }
  FAIL("it does not answer any more");
}

TEST_CASE("the server ends at once with clients connected") {
  auto server = std::make_unique<MetricsServer>("0", [] { return std::string("x\n"); });
  const Client client(server->port());
  REQUIRE(client.send("GET /"));
  CHECK_THAT(get(*server, "/metrics"), StartsWith("HTTP/1.1 200"));
  const auto began = std::chrono::steady_clock::now();
  server.reset();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
  CHECK(client.read_all(std::chrono::seconds(4)) == std::string());
}

TEST_CASE("an address that cannot be listened on is reported") {
  const auto page = [] { return std::string(); };
  for (const char* text : {"", "localhost", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000",
                           "1:2:3", "127.0.0.1:-1"}) {
    CAPTURE(text);
    try {
      const MetricsServer server(text, page);
      FAIL("it listens on " + server.address());
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_argument);
      CHECK_THAT(error.what(), Contains("give HOST:PORT"));
    }
  }
  const MetricsServer server("localhost:0", page);
  try {
    const MetricsServer second(server.address(), page);
    FAIL("two listen on " + server.address());
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::io);
    CHECK_THAT(error.what(), Contains("Address already in use; choose another"));
  }
}
