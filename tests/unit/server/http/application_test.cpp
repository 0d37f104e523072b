#include "tools/server/http/application.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"
#include "support/fake_engine.hpp"
#include "tools/server/http/compression.hpp"

namespace edo::http {
namespace {

using Json = nlohmann::json;
using Catch::Matchers::Contains;
using testing::FakeEngine;

class FakeInspection final : public inspection::Inspection {
 public:
  inspection::Json info() override { return {{"backend", "none"}}; }
  inspection::Json run_sql(const std::string& sql, const inspection::SqlLimits&,
                           const std::stop_token&) override {
    if (sql == "fail") throw Error(ErrorKind::invalid_argument, "run SQL: told to fail");
    return {{"columns", {"sql"}}, {"rows", {{sql}}}, {"truncated", false}};
  }
  std::optional<std::uint64_t> version() override { return std::nullopt; }
};

class App {
 public:
  explicit App(ApplicationOptions options = {})
      : application_(std::move(options),
                     {engine_, inspection_, workers_, workers_, hub_,
                      [](const std::function<void()>&) {}, [] { return ServerFigures{}; }}) {}

  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App() { workers_.stop(); }  // what runs there uses the application

  Response post(const std::string& target, const std::string& body, Headers headers = {}) {
    headers.emplace_back("content-type", "application/json");
    return application_.answer({"POST", target, std::move(headers), body, ""});
  }
  Response get(const std::string& target, Headers headers = {}) {
    return application_.answer({"GET", target, std::move(headers), "", ""});
  }
  Application& operator*() { return application_; }
  FakeEngine& engine() { return engine_; }

 private:
  FakeEngine engine_;
  FakeInspection inspection_;
  live::Workers workers_{1, 1};
  live::Hub hub_{{.interval = std::chrono::hours(1)}};
  Application application_;
};

ApplicationOptions with_secret() {
  ApplicationOptions options;
  options.auth.admin_secret = "s3cret";
  return options;
}

std::string header(const Response& response, std::string_view name) {
  return std::string(protocol::find_header(response.headers, name).value_or("none"));
}

std::string body_of(const std::string& query) { return Json{{"query", query}}.dump(); }

TEST_CASE("an operation is answered over POST and GET") {
  App app;
  const Response posted =
      app.post("/v1/graphql", R"({"query":"echo","operationName":"A","variables":{"x":1}})",
               {{"x-hasura-role", "user"}, {"x-hasura-user-id", "7"}});
  CHECK(posted.status == 200);
  CHECK(header(posted, "content-type") == "application/json; charset=utf-8");
  const Json data = Json::parse(posted.body)["data"];
  CHECK(data["operationName"] == "A");
  CHECK(data["variables"] == Json{{"x", 1}});
  CHECK(data["role"] == "user");
  CHECK(data["session"]["x-hasura-user-id"] == "7");
  const Response got = app.get("/v1/graphql?query=echo&variables=%7B%22x%22%3A1%7D");
  CHECK(Json::parse(got.body)["data"]["variables"] == Json{{"x", 1}});
}

TEST_CASE("errors have status 200, and their own status at v1alpha1") {
  struct Case {
    std::string body;
    std::string code;
    int status;
  };
  App app;
  for (const auto& [body, code, status] : {
           Case{body_of("fail validation-failed"), "validation-failed", 400},
           Case{body_of("fail access-denied"), "access-denied", 401},
           Case{body_of("fail not-found"), "not-found", 404},
           Case{body_of("fail postgres-error"), "postgres-error", 500},
           Case{body_of("crash"), "unexpected", 500},
           Case{"{", "invalid-json", 400},
           Case{"{}", "parse-failed", 400},
       }) {
    CAPTURE(body);
    const Response response = app.post("/v1/graphql", body);
    CHECK(response.status == 200);
    const Json json = Json::parse(response.body);
    CHECK(json["errors"][0]["extensions"]["code"] == code);
    CHECK_FALSE(json.contains("data"));
    CHECK_THAT(response.body, !Contains("secret"));
    CHECK(app.post("/v1alpha1/graphql", body).status == status);
  }
}

TEST_CASE("the requests of a batch are executed one by one") {
  App app;
  const Response response = app.post(
      "/v1/graphql", R"([{"query":"echo 1"},{"query":"fail data-exception"},{"query":"echo 3"}])");
  const Json json = Json::parse(response.body);
  REQUIRE(json.size() == 3);
  CHECK(json[0]["data"]["query"] == "echo 1");
  CHECK(json[1]["errors"][0]["extensions"]["code"] == "data-exception");
  CHECK(json[2]["data"]["query"] == "echo 3");
  CHECK(app.post("/v1/graphql", "[]").body == "[]");
}

// The message of the last of three operations, of which the others are answered.
std::string last_of_batch(const language::Limits& limits, const std::string& first,
                          const std::string& second) {
  ApplicationOptions options;
  options.limits = limits;
  const Json batch = {{{"query", first}}, {{"query", second}}, {{"query", "echo"}}};
  const Json answers = Json::parse(App(options).post("/v1/graphql", batch.dump()).body);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].contains("data"));
  CHECK(answers[1].contains("data"));
  return answers[2].contains("data") ? "" : answers[2]["errors"][0].value("message", "none");
}

TEST_CASE("a batch has as many bytes and as much time as one operation") {
  language::Limits few_bytes;
  few_bytes.answer_bytes = 10'000;
  CHECK(last_of_batch(few_bytes, "big 4000", "big 4000").empty());
  CHECK(last_of_batch(few_bytes, "big 4000", "big 8000") ==
        "the answer is too large; send its operations in several requests");
  language::Limits little_time;
  little_time.time = std::chrono::seconds(1);
  CHECK(last_of_batch(little_time, "echo", "sleep 1001") ==
        "the batch took too long; send its operations in several requests");
}

TEST_CASE("without the secret, only harmless paths respond") {
  App app(with_secret());
  const Response response = app.post("/v1/graphql", body_of("echo"));
  CHECK(response.status == 200);
  CHECK(Json::parse(response.body) ==
        Json{{"errors",
              {{{"message", "x-hasura-admin-secret/x-hasura-access-key required, but not found"},
                {"extensions", {{"path", "$"}, {"code", "access-denied"}}}}}}});
  CHECK(app.post("/v1alpha1/graphql", body_of("echo")).status == 401);
  CHECK(app.get("/edo/info").status == 401);
  CHECK(app.post("/edo/sql", R"({"sql":"SELECT 1"})").status == 401);
  CHECK(app.get("/v1/version").status == 200);
  CHECK(app.get("/healthz").body == "OK");
  CHECK(app.get("/metrics").status == 200);
}

TEST_CASE("metadata that is not served is reported as by Hasura, with details for admin") {
  App app;
  CHECK(app.get("/healthz?strict=true").body == "OK");
  app.engine().inconsistent = {"metadata of table public.gone: it is gone"};
  const Response health = app.get("/healthz");
  CHECK(health.status == 200);
  CHECK(health.body == "WARN: inconsistent objects in schema");
  const Response strict = app.get("/healthz?strict=true");
  CHECK(strict.status == 500);
  CHECK(strict.body == "ERROR: inconsistent objects in schema");
  CHECK(Json::parse(app.get("/edo/info").body)["inconsistent_metadata"] ==
        Json{"metadata of table public.gone: it is gone"});
}

TEST_CASE("/edo is only for admin") {
  ApplicationOptions options = with_secret();
  options.auth.unauthorized_role = "anonymous";
  options.allow_sql = true;
  App app(options);
  const Headers admin = {{"x-hasura-admin-secret", "s3cret"}};
  CHECK(app.get("/edo/info").status == 401);
  CHECK(app.get("/edo/info", {admin[0], {"x-hasura-role", "user"}}).status == 401);
  const Json info = Json::parse(app.get("/edo/info", admin).body);
  CHECK(info["backend"] == "none");
  CHECK(info["version"] == EDO_VERSION);
  CHECK(info["capabilities"]["sql"] == true);
  CHECK(app.post("/edo/sql", R"({"sql":"SELECT 1"})").status == 401);
  const Response found = app.post("/edo/sql", R"({"sql":"SELECT 1"})", admin);
  CHECK(found.status == 200);
  CHECK(Json::parse(found.body)["rows"] == Json{{"SELECT 1"}});
  const Response failed = app.post("/edo/sql", R"({"sql":"fail"})", admin);
  CHECK(failed.status == 400);
  CHECK(Json::parse(failed.body)["error"] == "run SQL: told to fail");
  CHECK(app.post("/edo/sql", "{}", admin).status == 400);
  CHECK(app.get("/edo/sql", admin).status == 404);
}

TEST_CASE("SQL is off unless it is allowed") {
  App app;
  const Response response = app.post("/edo/sql", R"({"sql":"SELECT 1"})");
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body)["code"] == "not-supported");
}

TEST_CASE("an unknown path has the same response as in Hasura") {
  App app;
  for (const std::string path :
       {"/v1/nope", "/v1alpha1", "/v2/query", "/edo/nope", "/nope", "*", "", "/v1/graphql/x"}) {
    CAPTURE(path);
    const Response response = app.get(path);
    CHECK(response.status == 404);
    CHECK(Json::parse(response.body) ==
          Json{{"error", "resource does not exist"}, {"path", "$"}, {"code", "not-found"}});
  }
  CHECK(app.post("/nope", "", {{"accept", "text/html"}}).status == 404);
}

TEST_CASE("a request has the client's id if it is safe, otherwise a new one") {
  App app;
  CHECK(header(app.get("/healthz", {{"x-request-id", "abc-1"}}), "x-request-id") == "abc-1");
  for (const auto& bad : {std::string("a b"), std::string("a\x1b"), std::string(200, 'a')}) {
    CHECK(header(app.get("/healthz", {{"x-request-id", bad}}), "x-request-id") != bad);
  }
  CHECK(header(app.get("/healthz"), "x-request-id").size() == 36);
}

TEST_CASE("bodies over 700 bytes are compressed if the client accepts that") {
  App app;
  const Headers gzip = {{"accept-encoding", "deflate, gzip;q=0.5"}};
  const Response large = app.post("/v1/graphql", body_of("big 1000"), gzip);
  CHECK(header(large, "content-encoding") == "gzip");
  CHECK(header(large, "vary") == "accept-encoding");
  CHECK(Json::parse(decompressed(large.body))["data"] == std::string(1000, 'x'));
  CHECK(header(app.post("/v1/graphql", body_of("big 10"), gzip), "content-encoding") == "none");
  CHECK(header(app.post("/v1/graphql", body_of("big 1000")), "content-encoding") == "none");
}

TEST_CASE("other origins get no headers unless they are allowed") {
  const Headers page = {{"origin", "https://app.example.com"}};
  App closed;
  CHECK(header(closed.get("/healthz", page), "access-control-allow-origin") == "none");

  ApplicationOptions options;
  options.cors = Cors("https://app.example.com");
  App open(options);
  const Response response = open.get("/healthz", page);
  CHECK(header(response, "access-control-allow-origin") == "https://app.example.com");
  CHECK(header(response, "vary") == "origin");
  const Response other = open.get("/healthz", {{"origin", "https://evil.example.com"}});
  CHECK(header(other, "access-control-allow-origin") == "none");

  const Response preflight =
      (*open).answer({"OPTIONS",
                      "/v1/graphql",
                      {page[0],
                       {"access-control-request-method", "POST"},
                       {"access-control-request-headers", "content-type,x-hasura-role"}},
                      "",
                      ""});
  CHECK(preflight.status == 204);
  CHECK(header(preflight, "access-control-allow-origin") == "https://app.example.com");
  CHECK(header(preflight, "access-control-allow-headers") == "content-type,x-hasura-role");
}

TEST_CASE("without a secret, a Host that is not a loopback name is refused") {
  ApplicationOptions options;
  options.only_loopback_hosts = true;
  App app(options);
  CHECK(app.get("/healthz", {{"host", "localhost:8080"}}).status == 200);
  CHECK(app.get("/healthz", {{"host", "127.0.0.1:8080"}}).status == 200);
  CHECK(app.get("/healthz", {{"host", "[::1]:8080"}}).status == 200);
  CHECK(app.get("/healthz", {{"host", "evil.example.com"}}).status == 403);
  CHECK(app.get("/healthz", {{"host", ""}}).status == 403);
  CHECK(app.get("/healthz", {{"host", "127.0.0.1.example.com"}}).status == 403);
  CHECK(app.get("/healthz").status == 200);  // no browser
}

// The message and the status of what an application answers to a request, or "answered".
std::string outcome(Application& app, const Request& request) {
  const Response response = app.answer(request);
  const Json json = Json::parse(response.body);
  if (response.status == 200) return json.contains("errors") ? "failed" : "answered";
  const Json& error = json.contains("errors") ? json["errors"][0]["message"] : json["error"];
  return std::to_string(response.status) + " " + error.get<std::string>();
}

TEST_CASE("what a page of another origin sends is refused where it costs or shows something") {
  const std::string refused =
      "403 web pages of other origins are refused; --cors-domain of edo serve allows an origin";
  const Headers own = {
      {"host", "localhost:8080"}, {"content-type", "application/json"}, {"x-hasura-role", "admin"}};
  struct Case {
    Headers headers;
    bool is_refused;
  };
  ApplicationOptions options;
  options.cors = Cors("https://app.example.com");
  options.allow_sql = true;
  App app(options);
  for (const auto& [headers, is_refused] : {
           Case{{}, false},  // no browser
           Case{{{"origin", "http://localhost:8080"}}, false},
           Case{{{"origin", "https://localhost:8080"}}, false},  // behind a proxy with TLS
           Case{{{"origin", "http://localhost:3000"}}, true},
           Case{{{"origin", "http://evil.example.com"}}, true},
           Case{{{"origin", "http://localhost:8080.evil.example.com"}}, true},
           Case{{{"origin", "null"}}, true},
           Case{{{"origin", "localhost:8080"}}, true},
           Case{{{"origin", "https://app.example.com"}, {"sec-fetch-site", "cross-site"}}, false},
           Case{{{"sec-fetch-site", "same-origin"}}, false},
           Case{{{"sec-fetch-site", "same-origin"}, {"origin", "https://edo.example.com"}}, false},
           Case{{{"sec-fetch-site", "none"}}, false},
           Case{{{"sec-fetch-site", "same-site"}}, true},
           Case{{{"sec-fetch-site", "cross-site"}}, true},
           Case{{{"sec-fetch-site", "cross-site"}, {"origin", "http://localhost:8080"}}, true},
           Case{{{"sec-fetch-site", "unheard-of"}}, true},
       }) {
    Headers all = headers;
    all.insert(all.end(), own.begin(), own.end());
    CAPTURE(Json(headers));
    const std::string expected = is_refused ? refused : "answered";
    const Request posted{"POST", "/v1/graphql", all, body_of("echo"), ""};
    CHECK(outcome(*app, posted) == expected);
    CHECK(outcome(*app, {"POST", "/v1alpha1/graphql", all, body_of("echo"), ""}) == expected);
    CHECK(outcome(*app, {"GET", "/v1/graphql?query=echo", all, "", ""}) == expected);
    CHECK(outcome(*app, {"GET", "/edo/info", all, "", ""}) == expected);
    CHECK(outcome(*app, {"POST", "/edo/sql", all, R"({"sql":"SELECT 1"})", ""}) == expected);
    CHECK(app.get("/healthz", all).status == 200);
  }
  CHECK(app.engine().executed == 3 * 7);
}

TEST_CASE("a POST request must be one that a browser asks permission for") {
  App app;
  const std::string refused = "415 send the header content-type: application/json";
  const auto posted = [&](Headers headers) {
    return outcome(*app, {"POST", "/v1/graphql", std::move(headers), body_of("echo"), ""});
  };
  for (const std::string type : {"application/json", "Application/JSON ; charset=utf-8"}) {
    CHECK(posted({{"content-type", type}}) == "answered");
  }
  for (const std::string type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "text/plain; application/json", "application/jsonx"}) {
    CHECK(posted({{"content-type", type}}) == refused);
    for (const std::string name : {"authorization", "x-requested-with", "x-hasura-role"}) {
      CHECK(posted({{"content-type", type}, {name, "user"}}) == "answered");
    }
  }
  CHECK(posted({{"accept", "application/json"}}) == refused);
  CHECK(outcome(*app, {"POST", "/edo/sql", {}, R"({"sql":"SELECT 1"})", ""}) == refused);
}

TEST_CASE("a WebSocket needs a known path, origin and protocol") {
  App app;
  const auto status_of = [&](const std::string& target, Headers headers) {
    headers.emplace_back("host", "localhost:8080");
    try {
      (void)(*app).upgrade({"GET", target, std::move(headers), "", ""});
      return 101;
    } catch (const Refusal& refusal) {
      return refusal.response.status;
    }
  };
  CHECK(status_of("/v1/graphql", {}) == 101);
  CHECK(status_of("/v1alpha1/graphql", {{"sec-websocket-protocol", "graphql-ws"}}) == 101);
  CHECK(status_of("/v1/graphql", {{"origin", "http://localhost:8080"}}) == 101);
  CHECK(status_of("/v1/graphql", {{"origin", "http://evil.example.com"}}) == 403);
  CHECK(status_of("/v1/graphql", {{"origin", "null"}}) == 403);
  CHECK(status_of("/v1/graphql", {{"sec-websocket-protocol", "chat"}}) == 400);
  CHECK(status_of("/v1/version", {}) == 200);
  CHECK(status_of("/nope", {}) == 404);
}

TEST_CASE("requests beyond the queue are refused") {
  std::vector<int> statuses;
  std::mutex mutex;
  App app;
  const auto ask = [&](const std::string& query) {
    (*app).handle(
        {"POST", "/v1/graphql", {{"content-type", "application/json"}}, body_of(query), ""},
        [&](const Response& response) {
          const std::lock_guard lock(mutex);
          statuses.push_back(response.status);
        },
        {});
  };
  for (int i = 0; i < 10; ++i) ask("sleep 50");
  const std::lock_guard lock(mutex);
  CHECK(std::count(statuses.begin(), statuses.end(), 503) >= 8);
}

TEST_CASE("metrics count by route and outcome") {
  App app;
  (void)app.post("/v1/graphql", body_of("echo"));
  (void)app.post("/v1/graphql", body_of("fail validation-failed"));
  (void)app.get("/made/up");
  const std::string text = app.get("/metrics").body;
  CHECK_THAT(text, Contains("edo_server_requests_total{route=\"/v1/graphql\",status=\"200\"} 2\n"));
  CHECK_THAT(text, Contains("edo_server_operations_total{outcome=\"ok\"} 1\n"));
  CHECK_THAT(text, Contains("edo_server_operations_total{outcome=\"validation-failed\"} 1\n"));
  CHECK_THAT(text, !Contains("made"));
}

}  // namespace
}  // namespace edo::http
