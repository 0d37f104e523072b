// edo serve: GraphQL and the dashboard over HTTP, on a store or on the central database.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/postgres/target.hpp"
#include "replicator/ship/stop.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/hasura_environment.hpp"
#include "tools/program/notify.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/signals.hpp"
#include "tools/program/text.hpp"
#include "tools/server/http/application.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPollThreads = 2;
constexpr std::size_t kWaitingRequests = 4096;
constexpr int kLargeBlock = 256 << 10;
constexpr std::size_t kWaitingSql = 16;

// Ends the process when the drain takes too long. Everything that still runs then only reads, so
// nothing is lost.
class EndAfter {
 public:
  explicit EndAfter(milliseconds bound)
      : thread_([bound](const std::stop_token& over) {
          std::mutex mutex;
          std::condition_variable_any condition;
          std::unique_lock lock(mutex);
          condition.wait_for(lock, over, bound, [] { return false; });
          if (!over.stop_requested()) std::_Exit(0);
        }) {}

 private:
  std::jthread thread_;
};

// Logs internal failures, but repeats the same one only now and then, so that a database that is
// down for a night does not fill the log.
class FailureLog {
 public:
  void add(const std::string& what) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (what == last_ && now - reported_at_ < kPause) return;
    last_ = what;
    reported_at_ = now;
    spdlog::error("{}", printable(what));
  }

 private:
  static constexpr std::chrono::seconds kPause{30};

  std::mutex mutex_;
  std::string last_;
  std::chrono::steady_clock::time_point reported_at_;
};

class Serve final : public Command {
 public:
  explicit Serve(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    add_database_options(*options);
    add_network_options(*options);
    add_access_options(*options);
    add_limit_options(*options);
    options->add_flag("--log-requests", log_requests_, "Log each request to stderr");
    add_json(*options, json_);
    options->footer(
        "Serves /v1/graphql (HTTP and WebSocket), /graphiql, the dashboard at /, /v1/version,\n"
        "/healthz, /metrics, /edo/info and /edo/sql until SIGTERM or SIGINT. Without an admin\n"
        "secret, everyone who reaches the port can read everything, so it then listens on\n"
        "loopback only. docs/serve.md describes TLS, roles, tokens and proxies.\n\n"
        "Examples:\n"
        "  edo serve --store telemetry.db\n"
        "  EDO_ADMIN_SECRET=... edo serve --postgres postgresql://reader@db.example.com/telemetry "
        "--listen 0.0.0.0:8080");
  }

  int run(Output& out) override {
    spdlog::set_default_logger(spdlog::stderr_color_mt("edo serve"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    if (server_.tls_certificate.empty() != server_.tls_key.empty()) {
      throw UsageError("--tls-cert and --tls-key need each other");
    }
    if (const auto names = check_hasura_environment(environ); !names.empty()) {
      spdlog::warn("these variables have no effect in edo serve: {}", fmt::join(names, ", "));
    }
    shipping::Stop stop;
    const StopSignals signals(stop);

    // Large answers are mapped by themselves, so that they return to the system when they are sent.
    (void)::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
    const auto memory = std::make_shared<backend::Memory>(memory_ << 20);
    const auto engine = engine::open_engine(engine_options());
    for (const auto& what : engine->inconsistencies()) {
      spdlog::warn("not served, {}", printable(what));
    }
    if (const auto& unused = engine->unused_metadata(); !unused.empty()) {
      spdlog::warn("metadata without effect: {}",
                   printable(fmt::format("{}", fmt::join(unused, ", "))));
    }
    const auto inspection = postgres_.empty() ? inspection::inspect_store(store_)
                                              : inspection::inspect_postgres(postgres_, schema_);
    if (allow_sql_) inspection->require_sql();
    server_.only_loopback = application_.auth.admin_secret.empty();
    http::Server server(server_);
    live::Workers workers(workers_, kWaitingRequests);
    live::Workers sql_workers(inspection::kSqlAtOnce, kWaitingSql);
    live::Hub hub({.interval = pause_of("--live-interval", live_interval_),
                   .threads = kPollThreads,
                   .version = [&] { return inspection->version(); },
                   .memory = memory,
                   .report = [&](const auto& what) { failures_.add(what); }});
    const milliseconds drain = pause_of("--drain", drain_);
    http::Application application(application_options(memory),
                                  {*engine, *inspection, workers, sql_workers, hub, server.post(),
                                   [&] { return server.figures(); }});
    report_address(server.address(),
                   out);  // first, because it throws if standard output has no reader
    server.start(application);
    cli::notify("READY=1\nSTATUS=serving");

    while (!stop.wait_for(std::chrono::hours(1))) continue;
    cli::notify("STOPPING=1");
    const EndAfter end_after(drain + std::chrono::seconds(1));
    if (!server.drain(drain)) spdlog::warn("stopped with requests that were not finished");
    hub.stop();
    workers.stop();
    sql_workers.stop();
    memory->forget_waits();
    return kDone;
  }

 private:
  void add_database_options(CLI::App& options) {
    options
        .add_option("--postgres", postgres_,
                    "Serve the central database instead of a store (postgresql://...)")
        ->type_name("URL");
    options
        .add_option("--schema", schema_,
                    "The schema of the telemetry tables in the central database")
        ->type_name("NAME")
        ->capture_default_str();
    options
        .add_option(
            "--metadata", metadata_,
            "A directory of Hasura metadata that says what to serve; default: the telemetry")
        ->type_name("DIR");
    options
        .add_flag("--stringify-numeric-types", stringify_,
                  "Write bigint, numeric and float8 as strings")
        ->envname("HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES");
  }

  void add_network_options(CLI::App& options) {
    options.add_option("--listen", server_.listen, "The address; port 0 picks a free port")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    options
        .add_option("--tls-cert", server_.tls_certificate,
                    "Serve HTTPS with this certificate chain (PEM)")
        ->type_name("FILE");
    options.add_option("--tls-key", server_.tls_key, "The certificate's private key (PEM)")
        ->type_name("FILE");
    options
        .add_option("--cors-domain", cors_,
                    "Origins whose web pages may use the API: *, or https://app.example.com,...")
        ->envname("HASURA_GRAPHQL_CORS_DOMAIN")
        ->type_name("LIST");
  }

  void add_access_options(CLI::App& options) {
    options
        .add_option("--admin-secret", application_.auth.admin_secret,
                    "The admin secret (x-hasura-admin-secret); better set it in the environment")
        ->envname(first_variable(
            {"EDO_ADMIN_SECRET", "HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ACCESS_KEY"},
            "EDO_ADMIN_SECRET"))
        ->type_name("TEXT");
    options
        .add_option("--jwt-secret", jwt_secret_,
                    "Accept JSON Web Tokens: Hasura's JSON, with a key or the URL of keys")
        ->envname(first_variable({"HASURA_GRAPHQL_JWT_SECRETS"}, "HASURA_GRAPHQL_JWT_SECRET"))
        ->type_name("JSON");
    options
        .add_option("--auth-hook", auth_hook_,
                    "Ask this webhook who sends a request without the admin secret")
        ->envname("HASURA_GRAPHQL_AUTH_HOOK")
        ->type_name("URL");
    options.add_option("--auth-hook-mode", auth_hook_mode_, "How to ask it")
        ->envname("HASURA_GRAPHQL_AUTH_HOOK_MODE")
        ->check(CLI::IsMember({"GET", "POST"}))
        ->type_name("GET|POST")
        ->capture_default_str();
    options
        .add_option("--unauthorized-role", unauthorized_role_,
                    "The role of requests without secret or token; default: refuse them")
        ->envname("HASURA_GRAPHQL_UNAUTHORIZED_ROLE")
        ->type_name("ROLE");
    options
        .add_flag("--enable-allowlist", allow_list_,
                  "Accept only the operations of the metadata's allow list, except from admin")
        ->envname("HASURA_GRAPHQL_ENABLE_ALLOWLIST");
    options.add_flag(
        "--allow-sql", allow_sql_,
        "Enable /edo/sql for a central database, too (role admin only; runs as edo_sql)");
  }

  void add_limit_options(CLI::App& options) {
    options
        .add_option("--live-interval", live_interval_, "How often live queries poll for changes")
        ->type_name("DURATION")
        ->capture_default_str();
    options.add_option("--query-timeout", query_timeout_, "Time limit of one operation")
        ->type_name("DURATION")
        ->capture_default_str();
    options.add_option("--max-depth", limits_.depth, "Levels of nested fields in one operation")
        ->type_name("N")
        ->capture_default_str();
    options.add_option("--memory", memory_, "Memory for answers, until they are sent; in MiB")
        ->check(CLI::Range(16, 1'000'000))
        ->type_name("N")
        ->capture_default_str();
    options.add_option("--workers", workers_, "Concurrent operations")
        ->check(CLI::Range(1, 256))
        ->type_name("N")
        ->capture_default_str();
    options.add_option("--max-connections", server_.connections, "Concurrent client connections")
        ->check(CLI::Range(1, 1'000'000))
        ->type_name("N")
        ->capture_default_str();
    options.add_option("--drain", drain_, "After SIGTERM: time to finish running requests")
        ->type_name("DURATION")
        ->capture_default_str();
  }

  [[nodiscard]] engine::EngineOptions engine_options() const {
    engine::EngineOptions options;
    options.store = postgres_.empty() ? store_ : std::string();
    options.postgres = postgres_;
    options.schema = schema_;
    options.metadata = metadata_;
    options.stringify_numeric_types = stringify_;
    options.text_index.emplace();
    options.allow_list = allow_list_;
    options.infer_function_permissions =
        boolean_variable("HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS", true);
    options.connections = workers_ + kPollThreads;
    options.limits = limits();
    return options;
  }

  [[nodiscard]] language::Limits limits() const {
    language::Limits limits = limits_;
    limits.time = pause_of("--query-timeout", query_timeout_);
    limits.answer_bytes = backend::Memory(memory_ << 20).largest_answer();
    return limits;
  }

  [[nodiscard]] http::ApplicationOptions application_options(
      const std::shared_ptr<backend::Memory>& memory) {
    http::ApplicationOptions options = application_;
    options.memory = memory;
    options.auth = auth_options();
    if (!boolean_variable("HASURA_GRAPHQL_DISABLE_CORS", false)) options.cors = http::Cors(cors_);
    options.only_loopback_hosts = options.auth.admin_secret.empty();
    options.allow_sql = allow_sql_ || postgres_.empty();
    options.limits = limits();
    options.report = [this](const auto& what) { failures_.add(what); };
    if (log_requests_) options.on_answer = log_request;
    return options;
  }

  [[nodiscard]] auth::Options auth_options() const {
    auth::Options options = application_.auth;
    if (!unauthorized_role_.empty()) options.unauthorized_role = unauthorized_role_;
    if (!jwt_secret_.empty()) options.jwt = auth::parse_jwt_options("--jwt-secret", jwt_secret_);
    if (!auth_hook_.empty()) {
      options.webhook = {.url = auth_hook_,
                         .posts = auth_hook_mode_ == "POST",
                         .sends_request_body =
                             boolean_variable("HASURA_GRAPHQL_AUTH_HOOK_SEND_REQUEST_BODY", true)};
    }
    return options;
  }

  static void log_request(const http::Request& request, const http::Response& response,
                          std::chrono::microseconds took) {
    const auto id = http::find_header(response.headers, "x-request-id").value_or("-");
    spdlog::info("{} {} {} {} {} bytes {} us {}", request.client, request.method,
                 printable(request.path()), response.status, response.body.size(), took.count(),
                 id);
  }

  void report_address(const std::string& address, Output& out) const {
    const std::string url =
        fmt::format("{}://{}", server_.tls_certificate.empty() ? "http" : "https", address);
    const std::string source = postgres_.empty() ? store_ : postgres::Target(postgres_).label();
    if (json_) {
      out.write(
          nlohmann::ordered_json{{"url", url}, {"address", address}, {"serves", source}}.dump() +
          "\n");
    } else {
      out.say("Serving {} at {}\n", printable(source), url);
    }
    out.flush();
  }

  std::string store_ = kDefaultStore;
  std::string postgres_;
  std::string schema_{postgres::kDefaultSchema};
  std::string metadata_;
  bool stringify_ = false;
  http::ServerOptions server_;
  http::ApplicationOptions application_;
  std::string jwt_secret_;
  std::string auth_hook_;
  std::string auth_hook_mode_ = "GET";
  std::string unauthorized_role_;
  std::string cors_;
  bool allow_list_ = false;
  bool allow_sql_ = false;
  std::string live_interval_ = "1s";
  std::string query_timeout_ = "30s";
  language::Limits limits_;
  std::size_t memory_ = engine::kDefaultMemory >> 20;
  std::size_t workers_ = 4;
  std::string drain_ = "10s";
  bool log_requests_ = false;
  FailureLog failures_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_serve(CLI::App& program) {
  return std::make_unique<Serve>(
      program.add_subcommand("serve", "Serve GraphQL and the dashboard")->group(kLookGroup));
}

}  // namespace edo::cli
