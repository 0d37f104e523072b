#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/uuid.hpp"
#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

TEST_CASE("what is not to be captured does not reach the disk") {
  RecordedStore store;
  Options options = store.options();
  options.capture_console_log = false;
  options.capture_job_options = false;
  options.capture_hasura_payload = false;
  options.capture_error_stacks = false;
  Recorder recorder(options);
  auto invocation = recorder.start_invocation(
      {.source_event_payload = R"({"secret": 1})", .context_data = R"({"kept": 1})"});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j", .job_options = R"({"secret": 2})"});
  CHECK(job.log(LogLevel::info, "secret") == Outcome::disabled);
  const std::string id = job.id();
  job.fail({.message = "kept", .stack = "secret"});
  event.handler_failed({.message = "kept", .stack = "secret"});
  auto other = invocation.start_event({.event_name = "e"});
  other.detection_failed({.message = "kept", .stack = "secret"});
  CHECK(store.invocation(invocation.id()).at("source_event_payload") == kNull);
  CHECK(store.invocation(invocation.id()).at("context_data") == R"({"kept": 1})");
  CHECK(store.job(id).at("job_options") == kNull);
  CHECK(store.job(id).at("error_message") == "kept");
  CHECK(store.count("job_logs") == 0);
  invocation.fail({.message = "kept", .stack = "secret"});
  recorder.close();
  CHECK(read_file(store.path()).find("secret") == std::string::npos);
}

TEST_CASE("redacted values never reach the disk, wherever the host puts them") {
  RecordedStore store;
  Options options = store.options();
  options.redact = {"password", "/card/number"};
  Recorder recorder(options);
  const std::string_view json =
      R"({"password": "hunter2", "card": {"number": "4111 1111"}, "kept": "visible"})";
  auto invocation = recorder.start_invocation({.source_event_payload = json, .context_data = json});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j", .job_options = json});
  job.log(LogLevel::info, "line", {.data = json});
  job.complete(json);
  // Under other names the same text is left alone, and so it is in text.
  auto other = event.start_job({.job_name = "k", .job_options = R"({"pass": "hunter3"})"});
  const auto documents = rows(
      store.path(),
      "SELECT source_event_payload AS json FROM invocations UNION ALL SELECT context_data FROM"
      " invocations UNION ALL SELECT job_options FROM job_executions WHERE job_name = 'j' UNION ALL"
      " SELECT result FROM job_executions WHERE job_name = 'j' UNION ALL SELECT data FROM "
      "job_logs");
  REQUIRE(documents.size() == 5);
  for (const Row& row : documents) {
    CHECK(row.at("json") ==
          R"({"password": "[redacted]", "card": {"number": "[redacted]"}, "kept": "visible"})");
  }
  CHECK(read_file(store.side_file("-wal")).find("hunter3") != std::string::npos);
  CHECK(read_file(store.side_file("-wal")).find("hunter2") == std::string::npos);
  CHECK(read_file(store.side_file("-wal")).find("4111 1111") == std::string::npos);
}

TEST_CASE("values of keys that name secrets are redacted unless that is switched off") {
  for (const bool redacts : {true, false}) {
    RecordedStore store;
    Options options = store.options();
    if (!redacts) options.redact_secrets = false;
    Recorder recorder(options);
    auto invocation = recorder.start_invocation({.context_data = R"({"apiKey": "hunter2"})"});
    CHECK(rows(store.path(), "SELECT context_data AS json FROM invocations").at(0).at("json") ==
          (redacts ? R"({"apiKey": "[redacted]"})" : R"({"apiKey": "hunter2"})"));
  }
}

TEST_CASE("documents and texts are bounded by max_json_size") {
  RecordedStore store;
  Options options = store.options();
  options.max_json_size = 100;
  Recorder recorder(options);
  const std::string long_text(300, 'x');
  const std::string long_json = "\"" + long_text + "\"";
  auto invocation = recorder.start_invocation({.source_event_payload = long_json});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j", .job_options = long_json});
  job.log(LogLevel::info, long_text, {.data = long_json});
  const std::string id = job.id();
  const std::string payload = store.invocation(invocation.id()).at("source_event_payload");
  const auto marker = nlohmann::json::parse(payload);
  CHECK(marker["$edo"]["bytes"] == long_json.size());
  CHECK(nlohmann::json::parse(store.job(id).at("job_options"))["$edo"].contains("replaced"));
  const Row line = store.lines(id).at(0);
  CHECK(nlohmann::json::parse(line.at("data"))["$edo"].contains("replaced"));
  CHECK(line.at("message").starts_with(std::string(100, 'x')));
  CHECK(line.at("message").find("[edo: cut 200 bytes]") != std::string::npos);
  job.complete(long_json);
  CHECK(nlohmann::json::parse(store.job(id).at("result"))["$edo"].contains("replaced"));
}

TEST_CASE("names are cut where no index of the central database could hold them") {
  RecordedStore store;
  Recorder recorder(store.options());
  const std::string name(10'000, 'n');
  const std::string kept = std::string(500, 'n') + " [edo: cut 9500 bytes]";
  auto invocation = recorder.start_invocation({.correlation_id = name, .source_function = name});
  CHECK(invocation.correlation_id() == kept);
  auto event = invocation.start_event({.event_name = name});
  auto job = event.start_job({.job_name = name, .job_function_name = name});
  const Row row = store.invocation(invocation.id());
  CHECK(row.at("source_function") == kept);
  CHECK(row.at("correlation_id") == kept);
  CHECK(store.job(job.id()).at("job_name") == kept);
  CHECK(store.job(job.id()).at("job_function_name") == kept);
  CHECK(store.count("event_executions WHERE event_name = '" + kept + "'") == 1);
  // What is no UTF-8 becomes three times as long, which still fits.
  auto hostile = recorder.start_invocation({.source_function = std::string(10'000, '\xff')});
  CHECK(store.invocation(hostile.id()).at("source_function").size() < 2000);
}

TEST_CASE("what Postgres would refuse is repaired and not lost") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation(
      {.source_function = std::string_view("or\0ders", 7), .source_event_payload = "{broken"});
  const Row row = store.invocation(invocation.id());
  CHECK(row.at("source_function") ==
        "or\xEF\xBF\xBD"
        "ders [edo: replaced 1 byte]");
  CHECK(nlohmann::json::parse(row.at("source_event_payload"))["$edo"]["text"] == "{broken");
  CHECK(store.errors().empty());
}

TEST_CASE("a disabled recorder opens nothing and answers everything") {
  RecordedStore store;
  Options options = store.options();
  options.enabled = false;
  options.store = store.directory() / "no/such/place/telemetry.db";
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  CHECK(event.detected() == Outcome::disabled);
  auto job = event.start_job({.job_name = "j"});
  CHECK(base::parse_uuid(job.id()));  // chains go on through a host that does not record
  CHECK(job.log(LogLevel::info, "x") == Outcome::disabled);
  CHECK(job.complete() == Outcome::disabled);
  CHECK(event.complete() == Outcome::disabled);
  CHECK(invocation.complete() == Outcome::disabled);
  CHECK(recorder.health().stored == 0);
  CHECK(recorder.health().dropped == 0);
  recorder.close();
  CHECK(store.errors().empty());
}

TEST_CASE("wrong options and stores that cannot be opened are refused at once") {
  RecordedStore store;
  Options options = store.options();
  const auto kind_of_failure = [&] {
    try {
      const Recorder recorder(options);
    } catch (const Error& error) {
      return std::string(to_string(error.kind()));
    }
    return std::string("none");
  };
  SECTION("an option") {
    options.max_json_size = 0;
    CHECK(kind_of_failure() == "invalid_argument");
    CHECK_THROWS_WITH(Recorder(options), Catch::StartsWith("max_json_size"));
  }
  SECTION("a directory that does not exist") {
    options.store = store.directory() / "none/telemetry.db";
    CHECK(kind_of_failure() == "io");
  }
  SECTION("no store") {
    write_file(store.path(), std::string(4096, 'x'));
    CHECK(kind_of_failure() == "corrupt");
    CHECK(read_file(store.path()) == std::string(4096, 'x'));
  }
  CHECK(store.errors().empty());  // thrown, and so not told twice
}

TEST_CASE("health counts every call") {
  RecordedStore store;
  Recorder recorder(store.options());
  CHECK(recorder.health().stored == 0);
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  job.log(LogLevel::info, "x");
  job.complete();
  event.complete();
  invocation.complete();
  const Health health = recorder.health();
  CHECK(health.stored == 8);
  CHECK(health.queued == 0);
  CHECK(health.dropped == 0);
  CHECK(health.wal_bytes > 0);
  CHECK(health.wal_bytes <= read_file(store.side_file("-wal")).size());
}

TEST_CASE("a handler of errors that throws does no harm") {
  RecordedStore store;
  Options options = store.options();
  int calls = 0;
  options.on_error = [&](const Error&) {
    ++calls;
    throw std::runtime_error("the host's own");
  };
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({.id = "no uuid"});
  CHECK(calls == 1);
  CHECK(invocation.complete() == Outcome::stored);
}

}  // namespace
}  // namespace edo::testing
