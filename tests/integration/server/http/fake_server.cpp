// The server's port in front of an engine without a database, for tests from outside of everything
// between the two.
//
// usage: fake_server KEY=VALUE…, as in `read_options`. Prints its address; ends on SIGTERM.
#include <cstdio>
#include <map>
#include <string>

#include "edo/error.hpp"
#include "replicator/ship/stop.hpp"
#include "support/fake_engine.hpp"
#include "tools/program/signals.hpp"
#include "tools/server/http/application.hpp"

namespace edo::testing {
namespace {

class NoInspection final : public inspection::Inspection {
 public:
  inspection::Json info() override { return {{"backend", "none"}}; }
  inspection::Json run_sql(const std::string& sql, const inspection::SqlLimits& /*limits*/,
                           const std::stop_token& /*left*/) override {
    if (sql == "fail") throw Error(ErrorKind::invalid_argument, "run SQL: told to fail");
    return {{"columns", {"sql"}}, {"rows", {{sql}}}, {"truncated", false}};
  }
  std::optional<std::uint64_t> version() override { return std::nullopt; }
};

struct Options {
  http::ServerOptions server;
  http::ApplicationOptions application;
  std::chrono::milliseconds live_interval{50};
  std::chrono::milliseconds drain{2000};
  std::size_t workers = 2;
  std::size_t waiting = 16;
};

Options read_options(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    given[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  }
  Options options;
  options.server.listen = "127.0.0.1:0";
  const auto text = [&](const char* key, std::string& value) {
    if (given.contains(key)) value = given[key];
  };
  const auto number = [&](const char* key, auto& value) {
    if (given.contains(key))
      value = static_cast<std::remove_reference_t<decltype(value)>>(std::stoull(given[key]));
  };
  const auto span = [&](const char* key, std::chrono::milliseconds& value) {
    if (given.contains(key)) value = std::chrono::milliseconds(std::stoll(given[key]));
  };
  text("cert", options.server.tls_certificate);
  text("key", options.server.tls_key);
  text("secret", options.application.auth.admin_secret);
  if (given.contains("role")) options.application.auth.unauthorized_role = given["role"];
  if (given.contains("cors")) options.application.cors = http::Cors(given["cors"]);
  options.application.only_loopback_hosts = options.application.auth.admin_secret.empty();
  options.application.allow_sql = given.contains("sql");
  if (given.contains("memory")) {
    options.application.memory = std::make_shared<backend::Memory>(std::stoull(given["memory"]));
  }
  number("connections", options.server.connections);
  number("incoming", options.server.incoming_bytes);
  number("body", options.server.body_bytes);
  number("slow", options.server.slow_bytes);
  number("workers", options.workers);
  number("waiting", options.waiting);
  span("idle", options.server.idle_time);
  span("header", options.server.header_time);
  span("transfer", options.server.transfer_time);
  span("stall", options.server.stall_time);
  span("interval", options.live_interval);
  span("drain", options.drain);
  return options;
}

int serve(const Options& options) {
  shipping::Stop stop;
  const cli::StopSignals signals(stop);
  FakeEngine engine;
  NoInspection inspection;
  http::Server server(options.server);
  live::Workers workers(options.workers, options.waiting);
  live::Hub hub({.interval = options.live_interval, .memory = options.application.memory});
  http::Application application(
      options.application,
      {engine, inspection, workers, workers, hub, server.post(), [&] { return server.figures(); }});
  server.start(application);
  std::printf("%s\n", server.address().c_str());
  std::fflush(stdout);
  while (!stop.wait_for(std::chrono::hours(1))) {
  }
  const bool complete = server.drain(options.drain);
  hub.stop();
  workers.stop();
  return complete ? 0 : 1;
}

}  // namespace
}  // namespace edo::testing

int main(int argc, char** argv) {
  return edo::testing::serve(edo::testing::read_options(argc, argv));
}
