#include "tools/server/http/application.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/uuid.hpp"
#include "edo/error.hpp"
#include "tools/server/http/assets.hpp"
#include "tools/server/http/compression.hpp"
#include "tools/server/protocol/errors.hpp"
#include "tools/server/protocol/parse_request.hpp"

namespace edo::http {
namespace {

using language::RequestError;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWorthCompressing = 700;  // bytes, as Hasura has it
constexpr std::size_t kLongestRequestId = 128;
constexpr std::string_view kGraphiql = "/graphiql";

Json json_of(const search::IndexStatus& index) {
  using State = search::IndexStatus::State;
  if (index.state == State::none) return {{"state", "none"}, {"reason", index.reason}};
  return {{"state", index.state == State::ready ? "ready" : "building"},
          {"blocks", index.blocks},
          {"bytes", index.bytes},
          {"unindexed_rows", index.unindexed_rows},
          {"searches", index.searches}};
}

Response text_response(int status, std::string_view content_type, std::string body) {
  return {status,
          {{"content-type", std::string(content_type)}, {"cache-control", "no-store"}},
          std::move(body)};
}

RequestError foreign_page() {
  return {"access-denied", "$",
          "web pages of other origins are refused; --cors-domain of edo serve allows an origin"};
}

Response failure(int status, const RequestError& error) {
  return json_response(status, protocol::plain_error(error));
}

Response plain_failure(const RequestError& error) {
  return failure(protocol::http_status(error), error);
}

Response resource_unknown() { return failure(404, {"not-found", "$", "resource does not exist"}); }

Response busy(const RequestError& error) {
  auto response = failure(503, error);
  response.headers.emplace_back("retry-after", "1");
  return response;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The client's request id, if it is safe in a log, or a new one.
std::string request_id(const Request& request) {
  const auto given = request.header("x-request-id");
  const bool is_harmless =
      !given.empty() && given.size() <= kLongestRequestId &&
      std::all_of(given.begin(), given.end(), [](char c) { return c > ' ' && c < 0x7f; });
  return is_harmless ? std::string(given) : base::to_string(base::new_uuid());
}

void require_admin(const auth::Identity& identity) {
  if (identity.session.role != "admin") {
    throw RequestError("access-denied", "$", "only the role admin may see this");
  }
}

// Before each operation of a batch.
void require_rest(const language::Limits& limits, std::size_t bytes, Clock::duration took) {
  const char* const remedy = "; send its operations in several requests";
  if (bytes > limits.answer_bytes) {
    throw RequestError("unexpected", "$", std::string("the answer is too large") + remedy);
  }
  if (took > limits.time) {
    throw RequestError("unexpected", "$", std::string("the batch took too long") + remedy);
  }
}

// Does not compress a response that is encoded already, or that the client cannot decode.
void compress(const Request& request, Response& response) {
  if (response.body.size() <= kWorthCompressing ||
      protocol::find_header(response.headers, "content-encoding")) {
    return;
  }
  const auto type = protocol::find_header(response.headers, "content-type").value_or("");
  if (!type.starts_with("application/json") && !type.starts_with("text/")) return;
  if (!protocol::find_header(response.headers, "vary"))
    response.headers.emplace_back("vary", "accept-encoding");
  const Coding coding = choose_coding(request.header("accept-encoding"));
  if (coding == Coding::identity) return;
  response.body = compressed(response.body, coding);
  response.headers.emplace_back("content-encoding", std::string(name_of(coding)));
}

}  // namespace

struct Application::Call {
  const Request& request;
  const auth::Identify& who;
  backend::Room& room;
  std::stop_token left = {};
};

struct Application::Route {
  enum class Match { exact, folder, anything };

  std::string_view path;
  Match match;
  // What needs no database is answered in the network's thread, even if all workers are busy.
  // Everything else costs something, so pages of other origins are refused.
  enum class Thread { network, worker, sql_worker };

  Thread thread;
  Response (Application::*answer)(const Call&);

  [[nodiscard]] bool matches(std::string_view wanted) const {
    if (match == Match::anything || wanted == path) return true;
    return match == Match::folder && wanted.starts_with(path) && wanted[path.size()] == '/';
  }
};

const Application::Route Application::kRoutes[] = {
    {"/v1/graphql", Route::Match::exact, Route::Thread::worker, &Application::graphql},
    {"/v1alpha1/graphql", Route::Match::exact, Route::Thread::worker, &Application::graphql},
    {"/v1/version", Route::Match::exact, Route::Thread::network, &Application::version},
    {"/healthz", Route::Match::exact, Route::Thread::network, &Application::health},
    {"/metrics", Route::Match::exact, Route::Thread::network, &Application::metrics},
    {"/edo/info", Route::Match::exact, Route::Thread::worker, &Application::info},
    {"/edo/sql", Route::Match::exact, Route::Thread::sql_worker, &Application::sql},
    {kGraphiql, Route::Match::folder, Route::Thread::network, &Application::graphiql},
    {"/v1", Route::Match::folder, Route::Thread::network, &Application::unknown},
    {"/v1alpha1", Route::Match::folder, Route::Thread::network, &Application::unknown},
    {"/v2", Route::Match::folder, Route::Thread::network, &Application::unknown},
    {"/edo", Route::Match::folder, Route::Thread::network, &Application::unknown},
    {"/", Route::Match::anything, Route::Thread::network, &Application::dashboard},
};

Application::Application(ApplicationOptions options, Parts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      operations_(parts_.workers, *options_.memory),
      conversation_context_{parts_.engine, parts_.hub,  operations_,
                            auth_,         parts_.post, options_.report},
      auth_(options_.auth, options_.report) {}

const Application::Route& Application::route_of(std::string_view path) {
  return *std::find_if(std::begin(kRoutes), std::end(kRoutes),
                       [&](const Route& route) { return route.matches(path); });
}

// What is refused costs nothing, so no worker and no webhook is needed for it.
void Application::handle(Request request, Respond respond, std::stop_token left) {
  const Route& route = route_of(request.path());
  if (route.thread == Route::Thread::network || Cors::is_preflight(request) ||
      refusal(request, route)) {
    return respond(answer(request));
  }
  const auto shared = std::make_shared<const Request>(std::move(request));
  if (!auth_.must_ask(shared->headers)) {
    return run(
        shared, [this, shared] { return auth_.identify(shared->headers); }, respond, left);
  }
  auth_.ask(shared->headers, {shared, &shared->body}, left,
            [this, shared, respond, left](const auth::Identify& who) {
              run(shared, who, respond, left);
            });
}

void Application::run(const std::shared_ptr<const Request>& request, const auth::Identify& who,
                      const Respond& respond, const std::stop_token& left) {
  const auto job = [this, request, who, respond, left](backend::Room& room) {
    respond(answer(Call{*request, who, room, left}));
  };
  const bool is_sql = route_of(request->path()).thread == Route::Thread::sql_worker;
  const bool accepted = is_sql ? parts_.sql_workers.submit([this, job, left] {
    backend::Room room(*options_.memory, std::nullopt);
    if (!left.stop_requested()) job(room);
  })
                               : operations_.submit(job, left);
  if (!accepted) respond(busy({"unexpected", "$", "the server is busy"}));
}

bool Application::tick(Clock::time_point now) {
  options_.memory->end_waits(now);
  return options_.memory->is_short(now);
}

Response Application::answer(const Request& request) {
  backend::Room room(*options_.memory, std::nullopt);
  const auth::Identify who = [&] { return auth_.identify(request.headers); };
  return answer(Call{request, who, room});
}

Response Application::answer(const Call& call) {
  const auto begin = Clock::now();
  const Request& request = call.request;
  Response response = answer_by_route(call);
  compress(request, response);
  try {
    response.memory = call.room.settle(response.body.size());
  } catch (const RequestError& error) {
    response = busy(error);
  }
  options_.cors.add_headers(request, response);
  response.headers.emplace_back("x-request-id", request_id(request));
  response.headers.emplace_back("x-content-type-options", "nosniff");

  const auto took = Clock::now() - begin;
  metrics_.count_request(route_of(request.path()).path, response.status,
                         std::chrono::duration<double>(took).count(), response.body.size());
  if (options_.on_answer) {
    options_.on_answer(request, response,
                       std::chrono::duration_cast<std::chrono::microseconds>(took));
  }
  return response;
}

Response Application::answer_by_route(const Call& call) {
  const Route& route = route_of(call.request.path());
  if (auto refused = refusal(call.request, route)) return std::move(*refused);
  if (Cors::is_preflight(call.request)) return options_.cors.preflight(call.request);
  try {
    return protocol::with_request_errors(options_.report,
                                         [&] { return (this->*route.answer)(call); });
  } catch (const RequestError& error) {
    return plain_failure(error);
  }
}

Upgrade Application::upgrade(const Request& request) {
  const Route& route = route_of(request.path());
  // Only what costs nothing is answered here, in the network's thread.
  if (route.thread == Route::Thread::network || has_foreign_host(request)) {
    throw Refusal{answer(request)};
  }
  if (route.answer != &Application::graphql) {
    throw Refusal{failure(400, {"bad-request", "$", "there is no WebSocket at this path"})};
  }
  if (!may_open_socket(request, options_.cors)) {
    throw Refusal{failure(403, foreign_page())};
  }
  const auto offered = request.header("sec-websocket-protocol");
  const auto protocol = live::choose_protocol(offered);
  if (!protocol) {
    throw Refusal{plain_failure(
        {"bad-request", "$", "the WebSocket protocols are graphql-transport-ws and graphql-ws"})};
  }
  return {offered.empty() ? std::string() : std::string(live::name_of(*protocol)),
          [this, protocol = *protocol, headers = request.headers](live::Socket& socket) {
            return std::make_shared<live::Conversation>(socket, conversation_context_, protocol,
                                                        headers, Clock::now());
          }};
}

Response Application::graphql(const Call& call) {
  const bool real_status = call.request.path() != "/v1/graphql";
  try {
    auto identity = call.who();
    Response response = json_response(200, operations(call, identity.session));
    for (auto& header : identity.response_headers) response.headers.push_back(std::move(header));
    return response;
  } catch (const RequestError& error) {
    return json_response(real_status ? protocol::http_status(error) : 200,
                         protocol::error_answer(error));
  }
}

// The answer to one operation, or to an array of them.
std::string Application::operations(const Call& call, const language::Session& session) {
  const Request& request = call.request;
  const auto batch =
      request.is_get()
          ? protocol::RequestBatch{{protocol::parse_query_string(request.parameters())}}
          : protocol::parse_body(request.body);
  if (!batch.is_array) return execute(batch.requests.front(), session, call.room);
  const auto begin = Clock::now();
  std::string body = "[";
  for (const auto& each : batch.requests) {
    if (body.size() > 1) body += ',';
    try {
      require_rest(options_.limits, body.size(), Clock::now() - begin);
      body += execute(each, session, call.room);
    } catch (const RequestError& error) {
      body += protocol::error_answer(error);
    }
  }
  return body + "]";
}

std::string Application::execute(const language::Request& request, const language::Session& session,
                                 backend::Room& room) {
  try {
    auto answer = protocol::with_request_errors(
        options_.report, [&] { return parts_.engine.execute(request, session, room); });
    metrics_.count_operation("ok");
    return answer;
  } catch (const RequestError& error) {
    metrics_.count_operation(error.code());
    throw;
  }
}

Response Application::version(const Call& /*call*/) {
  return json_response(200, R"({"version":")" EDO_VERSION R"("})");
}

// As Hasura responds.
Response Application::health(const Call& call) {
  const auto answer = [](int status, std::string text) {
    return text_response(status, "text/plain; charset=utf-8", std::move(text));
  };
  const auto& unused = parts_.engine.unused_metadata();
  const std::string without_effect =
      unused.empty() ? "" : fmt::format("metadata without effect: {}", fmt::join(unused, ", "));
  if (parts_.engine.inconsistencies().empty()) {
    return answer(200, unused.empty() ? "OK" : "WARN: " + without_effect);
  }
  const std::string why =
      "inconsistent objects in schema" + (unused.empty() ? "" : "; " + without_effect);
  const bool is_strict = call.request.parameters() == "strict=true";
  return is_strict ? answer(500, "ERROR: " + why) : answer(200, "WARN: " + why);
}

Response Application::metrics(const Call& /*call*/) {
  return text_response(
      200, metrics::kPrometheusContentType,
      metrics_.render(parts_.network(), parts_.hub.figures(), parts_.workers.waiting()));
}

Response Application::info(const Call& call) {
  require_admin(call.who());
  Json info = {{"version", EDO_VERSION}};
  info.update(parts_.inspection.info());
  if (const auto index = parts_.engine.text_index()) info["text_index"] = json_of(*index);
  info["inconsistent_metadata"] = parts_.engine.inconsistencies();
  info["unused_metadata"] = parts_.engine.unused_metadata();
  info["capabilities"] = {{"graphql", true}, {"subscriptions", true}, {"sql", options_.allow_sql}};
  auto response = json_response(200, text_of(info));
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

Response Application::sql(const Call& call) {
  require_admin(call.who());
  if (!options_.allow_sql) {
    throw RequestError("not-supported", "$", "SQL is disabled; edo serve --allow-sql enables it");
  }
  if (call.request.method != "POST") return unknown(call);
  const auto json = protocol::parse_json(call.request.body);
  const auto sql = json.is_object() ? json.find("sql") : json.end();
  if (sql == json.end() || !sql->is_string()) {
    throw RequestError("parse-failed", "$", R"(expected {"sql": "SELECT …"})");
  }
  try {
    const auto begin = Clock::now();
    Json result =
        parts_.inspection.run_sql(sql->get<std::string>(), options_.sql_limits, call.left);
    const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
    result["duration_ms"] = took.count();
    return json_response(200, text_of(result));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) {
      throw RequestError("bad-request", "$.sql", error.what());
    }
    throw RequestError("unexpected", "$", error.what(), 503);
  }
}

Response Application::graphiql(const Call& call) {
  const auto path = call.request.path();
  return page("GraphiQL", graphiql_assets(),
              path.substr(std::min(path.size(), kGraphiql.size() + 1)), call);
}

Response Application::dashboard(const Call& call) {
  const auto path = call.request.path();
  if (!path.starts_with('/')) return unknown(call);
  return page("the dashboard", dashboard_assets(), path.substr(1), call);
}

Response Application::page(const std::string& name, std::span<const Asset> assets,
                           std::string_view path, const Call& call) {
  if (!call.request.is_get()) return unknown(call);
  // ./dev demo bundles only the page that it shows.
  if (assets.empty() && path.empty()) {
    return json_response(404, protocol::plain_error({"not-found", "$",
                                                     "this build of edo was made without " + name +
                                                         "; ./dev build makes a complete one"}));
  }
  auto file = serve_asset(assets, path, call.request);
  return file ? std::move(*file) : unknown(call);
}

Response Application::unknown(const Call& /*call*/) { return resource_unknown(); }

bool Application::has_foreign_host(const Request& request) const {
  const auto host = find_header(request.headers, "host");  // which every browser sends
  return options_.only_loopback_hosts && host && !names_loopback(*host);
}

std::optional<Response> Application::refusal(const Request& request, const Route& route) const {
  const auto refused = [&](int status, const RequestError& error) {
    const bool is_graphql = route.answer == &Application::graphql;
    return is_graphql ? json_response(status, protocol::error_answer(error))
                      : failure(status, error);
  };
  if (has_foreign_host(request)) {
    return refused(
        403, {"access-denied", "$", "without an admin secret, the Host header must be localhost"});
  }
  if (route.thread == Route::Thread::network || Cors::is_preflight(request)) return std::nullopt;
  if (is_of_foreign_page(request, options_.cors)) return refused(403, foreign_page());
  if (request.method == "POST" && !needs_preflight(request)) {
    return refused(415, {"bad-request", "$", "send the header content-type: application/json"});
  }
  if (!request.is_get() && request.method != "POST") return resource_unknown();
  return std::nullopt;
}

}  // namespace edo::http
