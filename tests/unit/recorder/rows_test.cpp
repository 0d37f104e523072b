#include <catch2/catch.hpp>
#include <chrono>

#include "base/uuid.hpp"
#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

constexpr const char* kStart = "2026-03-01T10:00:00.000000Z";

TEST_CASE("all fields of an invocation are in its row") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({
      .id = "0190A5B0-0000-7000-8000-000000000001",
      .correlation_id = "0190A5B0-0000-7000-8000-00000000000C",
      .source_function = "orders",
      .source_table = "public.orders",
      .source_operation = "UPDATE",
      .source_system = "shop",
      .source_job_id = "0190A5B0-0000-7000-8000-000000000002",
      .source_event_id = "0190A5B0-0000-7000-8000-000000000003",
      .source_event_payload = R"({"event": {"op": "UPDATE"}})",
      .source_event_time = "2026-03-01 11:00:00.5+02",
      .source_user_email = "ada@example.com",
      .source_user_role = "clerk",
      .auto_load_modules = false,
      .event_modules_directory = "./events",
      .context_data = R"([1, 2])",
  });
  Row row = store.invocation(invocation.id());
  CHECK(row.at("writer_id") == value(store.path(), "SELECT id FROM writers"));
  row.erase("writer_id");
  const Row expected = {
      {"id", "0190a5b0-0000-7000-8000-000000000001"},
      {"created_at", kStart},
      {"updated_at", kStart},
      {"completed_at", kNull},
      {"correlation_id", invocation.correlation_id()},
      {"source_function", "orders"},
      {"source_table", "public.orders"},
      {"source_operation", "UPDATE"},
      {"source_system", "shop"},
      {"source_job_id", "0190a5b0-0000-7000-8000-000000000002"},
      {"source_event_id", "0190a5b0-0000-7000-8000-000000000003"},
      {"source_event_payload", R"({"event": {"op": "UPDATE"}})"},
      {"source_event_time", "2026-03-01T09:00:00.500000Z"},
      {"source_user_email", "ada@example.com"},
      {"source_user_role", "clerk"},
      {"total_duration_ms", kNull},
      {"events_detected_count", "0"},
      {"total_jobs_run", "0"},
      {"total_jobs_succeeded", "0"},
      {"total_jobs_failed", "0"},
      {"auto_load_modules", "0"},
      {"event_modules_directory", "./events"},
      {"status", "running"},
      {"error_message", kNull},
      {"error_stack", kNull},
      {"context_data", "[1, 2]"},
  };
  CHECK(row == expected);
  CHECK(store.errors().empty());
}

TEST_CASE("missing fields of an invocation are null") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  const Row row = store.invocation(invocation.id());
  CHECK(row.at("source_function") == "unknown");
  CHECK(row.at("source_system") == "hasura");
  CHECK(row.at("correlation_id") == invocation.correlation_id());
  for (const char* column :
       {"source_table", "source_operation", "source_job_id", "source_event_id",
        "source_event_payload", "source_event_time", "source_user_email", "source_user_role",
        "auto_load_modules", "event_modules_directory", "context_data", "completed_at"}) {
    CAPTURE(column);
    CHECK(row.at(column) == kNull);
  }
}

TEST_CASE("an event that is not detected ends there") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event(
      {.event_name = "order.created", .event_module_path = "events/order.js"});
  const std::string id = event.id();
  Row row = store.event(id);
  CHECK(row.at("status") == "detecting");
  CHECK(row.at("detected") == "0");
  CHECK(row.at("event_name") == "order.created");
  CHECK(row.at("event_module_path") == "events/order.js");
  CHECK(row.at("invocation_id") == invocation.id());
  CHECK(row.at("correlation_id") == invocation.correlation_id());
  CHECK(row.at("detection_duration_ms") == kNull);
  store.pass_ms(7);
  CHECK(event.not_detected() == Outcome::stored);
  row = store.event(id);
  CHECK(row.at("status") == "not_detected");
  CHECK(row.at("detection_duration_ms") == "7");
  CHECK(row.at("handler_duration_ms") == kNull);
  CHECK(row.at("created_at") == kStart);
  CHECK(row.at("updated_at") == store.now());
  CHECK(row.at("completed_at") == store.now());
  CHECK(event.id() == id);
  CHECK(event.complete() == Outcome::disabled);  // the first end counts
  CHECK(store.event(id) == row);
}

TEST_CASE("an event that is detected is handled, and each part has its own duration") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "order.created"});
  const std::string id = event.id();
  store.pass_ms(3);
  CHECK(event.detected() == Outcome::stored);
  Row row = store.event(id);
  CHECK(row.at("status") == "handling");
  CHECK(row.at("detected") == "1");
  CHECK(row.at("detection_duration_ms") == "3");
  CHECK(row.at("completed_at") == kNull);
  CHECK(event.detected() == Outcome::disabled);  // once is enough
  store.pass_ms(20);
  CHECK(event.complete() == Outcome::stored);
  row = store.event(id);
  CHECK(row.at("status") == "completed");
  CHECK(row.at("detection_duration_ms") == "3");
  CHECK(row.at("handler_duration_ms") == "20");
  CHECK(row.at("completed_at") == store.now());
}

TEST_CASE("durations that the host gives are stored unchanged") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  const std::string invocation_id = invocation.id();
  auto event = invocation.start_event({.event_name = "e"});
  const std::string event_id = event.id();
  store.pass_ms(1000);
  event.detected({.duration = std::chrono::milliseconds(2)});
  auto job = event.start_job({.job_name = "j"});
  const std::string job_id = job.id();
  job.complete({}, {.duration = std::chrono::milliseconds(4)});
  event.complete({.duration = std::chrono::milliseconds(5)});
  // No column at the central database holds more than 32 bits.
  invocation.complete({.duration = std::chrono::milliseconds(std::int64_t{1} << 40)});
  CHECK(store.event(event_id).at("detection_duration_ms") == "2");
  CHECK(store.event(event_id).at("handler_duration_ms") == "5");
  CHECK(store.job(job_id).at("duration_ms") == "4");
  CHECK(store.invocation(invocation_id).at("total_duration_ms") == "2147483647");
}

TEST_CASE("a failed detector and a failed handler have different statuses") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  auto detector = invocation.start_event({.event_name = "a"});
  auto handler = invocation.start_event({.event_name = "b"});
  const std::string detector_id = detector.id();
  const std::string handler_id = handler.id();
  detector.detection_failed({.message = "no column", .stack = "at a.js:1"});
  handler.detected();
  handler.handler_failed({.message = "no mail", .stack = "at b.js:2"});
  Row row = store.event(detector_id);
  CHECK(row.at("status") == "detection_failed");
  CHECK(row.at("detection_error") == "no column");
  CHECK(row.at("detection_error_stack") == "at a.js:1");
  CHECK(row.at("handler_error") == kNull);
  row = store.event(handler_id);
  CHECK(row.at("status") == "handler_failed");
  CHECK(row.at("detected") == "1");
  CHECK(row.at("detection_error") == kNull);
  CHECK(row.at("handler_error") == "no mail");
  CHECK(row.at("handler_error_stack") == "at b.js:2");
  const std::string id = invocation.id();
  invocation.complete();
  CHECK(store.invocation(id).at("status") == "failed");
  CHECK(store.invocation(id).at("events_detected_count") == "1");
}

TEST_CASE("all fields of a job and its lines are in their rows") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.id = "0190a5b0-0000-7000-8000-000000000009",
                              .job_name = "send_receipt",
                              .job_function_name = "sendReceipt",
                              .job_options = R"({"retries": 3})"});
  const std::string id = job.id();
  CHECK(id == "0190a5b0-0000-7000-8000-000000000009");
  CHECK(job.correlation_id() == invocation.correlation_id());
  store.pass_ms(1);
  CHECK(job.log(LogLevel::debug, "one",
                {.data = R"({"n": 1})", .source = "mail.cpp", .line_number = 12}) ==
        Outcome::stored);
  job.log(LogLevel::info, "");
  job.log(LogLevel::warn, "three");
  job.log(LogLevel::error, "four");
  const auto lines = store.lines(id);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].at("level") == "debug");
  CHECK(lines[0].at("message") == "one");
  CHECK(lines[0].at("data") == R"({"n": 1})");
  CHECK(lines[0].at("source") == "mail.cpp");
  CHECK(lines[0].at("line_number") == "12");
  CHECK(lines[0].at("invocation_id") == invocation.id());
  CHECK(lines[0].at("created_at") == store.now());
  CHECK(base::parse_uuid(lines[0].at("id")));
  CHECK(lines[1].at("message").empty());  // a line may be empty; it is not "not known"
  CHECK(lines[1].at("data") == kNull);
  CHECK(lines[1].at("source") == kNull);
  CHECK(lines[1].at("line_number") == kNull);
  CHECK(lines[2].at("level") == "warn");
  CHECK(lines[3].at("level") == "error");
  CHECK(lines[3].at("sequence") == "4");

  Row row = store.job(id);
  CHECK(row.at("status") == "running");
  CHECK(row.at("job_name") == "send_receipt");
  CHECK(row.at("job_function_name") == "sendReceipt");
  CHECK(row.at("job_options") == R"({"retries": 3})");
  CHECK(row.at("event_execution_id") == event.id());
  CHECK(row.at("invocation_id") == invocation.id());
  store.pass_ms(41);
  CHECK(job.complete(R"({"sent": true})") == Outcome::stored);
  row = store.job(id);
  CHECK(row.at("status") == "completed");
  CHECK(row.at("duration_ms") == "42");
  CHECK(row.at("result") == R"({"sent": true})");
  CHECK(row.at("error_message") == kNull);
  CHECK(row.at("completed_at") == store.now());

  auto failing = event.start_job({.job_name = "f"});
  const std::string failing_id = failing.id();
  failing.fail({.message = "refused", .stack = "at f.js:3"});
  row = store.job(failing_id);
  CHECK(row.at("status") == "failed");
  CHECK(row.at("error_message") == "refused");
  CHECK(row.at("error_stack") == "at f.js:3");
  CHECK(row.at("result") == kNull);
}

TEST_CASE("counts are taken from what was recorded under a row") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  const std::string id = invocation.id();
  std::string first_id;
  {
    auto first = invocation.start_event({.event_name = "first"});
    first_id = first.id();
    first.detected();
    first.start_job({.job_name = "good"}).complete();
    first.start_job({.job_name = "better"}).complete();
    first.start_job({.job_name = "bad"}).fail({.message = "no"});
    first.complete();
    auto second = invocation.start_event({.event_name = "second"});
    second.detected();
    second.start_job({.job_name = "good"}).complete();
    second.complete();
    invocation.start_event({.event_name = "third"}).not_detected();
  }
  store.pass_ms(9);
  invocation.complete();
  Row row = store.event(first_id);
  CHECK(row.at("jobs_count") == "3");
  CHECK(row.at("jobs_succeeded") == "2");
  CHECK(row.at("jobs_failed") == "1");
  CHECK(row.at("status") == "failed");  // one of its jobs has failed
  CHECK(row.at("handler_error") == kNull);
  row = store.invocation(id);
  CHECK(row.at("events_detected_count") == "2");
  CHECK(row.at("total_jobs_run") == "4");
  CHECK(row.at("total_jobs_succeeded") == "3");
  CHECK(row.at("total_jobs_failed") == "1");
  CHECK(row.at("status") == "failed");
  CHECK(row.at("total_duration_ms") == "9");
  CHECK(row.at("completed_at") == store.now());
}

TEST_CASE("an invocation ends as the host says, unless something under it has failed") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  const auto status = [&](auto end) {
    auto invocation = recorder.start_invocation({});
    const std::string id = invocation.id();
    CHECK(end(invocation) == Outcome::stored);
    return store.invocation(id);
  };
  CHECK(status([](Invocation& one) { return one.complete(); }).at("status") == "completed");
  const Row failed =
      status([](Invocation& one) { return one.fail({.message = "lost", .stack = "at x"}); });
  CHECK(failed.at("status") == "failed");
  CHECK(failed.at("error_message") == "lost");
  CHECK(failed.at("error_stack") == "at x");
  CHECK(status([](Invocation& one) { return one.time_out(); }).at("status") == "timeout");
  CHECK(status([](Invocation& one) {
          auto event = one.start_event({.event_name = "e"});
          event.detected();
          event.start_job({.job_name = "j"}).fail({.message = "no"});
          return one.time_out();
        }).at("status") == "timeout");
}

TEST_CASE("ids that the host gives") {
  RecordedStore store;
  Recorder recorder(store.options());
  SECTION("are kept in their canonical form") {
    auto invocation = recorder.start_invocation({.id = "ABCDEF00-0000-4000-8000-00000000000F"});
    CHECK(invocation.id() == "abcdef00-0000-4000-8000-00000000000f");
    CHECK(store.errors().empty());
  }
  SECTION("are replaced if they are not UUIDs, which is reported") {
    auto invocation = recorder.start_invocation({.id = "order 17"});
    auto event = invocation.start_event({.id = "x", .event_name = "e"});
    auto job = event.start_job({.id = "y", .job_name = "j"});
    CHECK(base::parse_uuid(invocation.id()));
    CHECK(store.invocation(invocation.id()).at("status") == "running");
    CHECK(store.event(event.id()).at("status") == "detecting");
    CHECK(store.job(job.id()).at("status") == "running");
    const auto told = store.reported(ErrorKind::invalid_argument);
    REQUIRE(told.size() == 3);
    CHECK(told.front() == "id 'order 17' is not a UUID; a new one was made");
  }
  SECTION("get another one the second time, and the first row is left alone") {
    const std::string id = "abcdef00-0000-4000-8000-00000000000f";
    auto first = recorder.start_invocation({.id = id, .source_function = "first"});
    CHECK(first.fail({.message = "the first attempt"}) == Outcome::stored);
    auto second = recorder.start_invocation({.id = id, .source_function = "second"});
    CHECK(second.started() == Outcome::stored);
    CHECK(second.id() != id);
    auto event = second.start_event({.event_name = "e"});
    CHECK(event.not_detected() == Outcome::stored);
    CHECK(second.complete() == Outcome::stored);
    CHECK(store.invocation(id).at("status") == "failed");
    CHECK(store.invocation(second.id()).at("status") == "completed");
    CHECK(store.event(event.id()).at("invocation_id") == second.id());
    const auto told = store.reported(ErrorKind::invalid_argument);
    REQUIRE(told.size() == 1);
    CHECK(told.front().find("start an invocation") == 0);
    CHECK(told.front().find(id) != std::string::npos);
    CHECK(told.front().find(second.id()) != std::string::npos);
  }
  SECTION("get another one when they had to wait, with all that is below them") {
    const std::string invocation_id = "abcdef00-0000-4000-8000-000000000001";
    const std::string event_id = "abcdef00-0000-4000-8000-000000000002";
    const std::string job_id = "abcdef00-0000-4000-8000-000000000003";
    const auto attempt = [&](const char* name) {
      auto invocation = recorder.start_invocation({.id = invocation_id, .source_function = name});
      auto event = invocation.start_event({.id = event_id, .event_name = name});
      event.detected();
      auto job = event.start_job({.id = job_id, .job_name = name});
      job.log(LogLevel::info, name);
      if (std::string_view(name) == "first") {
        job.fail({.message = name});
      } else {
        job.complete();
      }
      event.complete();
      return invocation.complete();
    };
    CHECK(attempt("first") == Outcome::stored);
    {
      Group group(recorder);
      CHECK(attempt("second") == Outcome::queued);
      CHECK(group.commit() == Outcome::stored);
    }
    CHECK(store.reported(ErrorKind::invalid_argument).size() == 3);
    CHECK(recorder.health().dropped == 0);
    for (const char* name : {"first", "second"}) {
      INFO(name);
      const std::string ended = std::string_view(name) == "first" ? "failed" : "completed";
      const Row whole = store.row(
          "SELECT i.status AS invocation, e.status AS event, j.status AS job, l.message AS line"
          " FROM invocations i JOIN event_executions e ON e.invocation_id = i.id"
          " JOIN job_executions j ON j.event_execution_id = e.id AND j.invocation_id = i.id"
          " JOIN job_logs l ON l.job_execution_id = j.id AND l.invocation_id = i.id"
          " WHERE i.source_function = '" +
          std::string(name) + "'");
      CHECK(whole == Row{{"invocation", ended}, {"event", ended}, {"job", ended}, {"line", name}});
    }
  }
  SECTION("of what could not be begun say so") {
    recorder.close();
    CHECK(recorder.start_invocation({}).started() == Outcome::dropped);
  }
}

TEST_CASE("other invalid ids and times are omitted, which is reported") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation({.correlation_id = "order-17/attempt-2",
                                               .source_job_id = "no uuid",
                                               .source_event_id = "nor this",
                                               .source_event_time = "yesterday"});
  CHECK(invocation.correlation_id() == "order-17/attempt-2");  // any text may be one
  const Row row = store.invocation(invocation.id());
  CHECK(row.at("correlation_id") == "order-17/attempt-2");
  CHECK(row.at("source_job_id") == kNull);
  CHECK(row.at("source_event_id") == "nor this");  // kept as text, by Hasura's habit a UUID
  CHECK(row.at("source_event_time") == kNull);
  const std::vector<std::string> expected = {
      "source_job_id 'no uuid' is not a UUID and was omitted",
      "source_event_time 'yesterday' is not an ISO 8601 time and was omitted"};
  CHECK(store.reported(ErrorKind::invalid_argument) == expected);
}

TEST_CASE("a chain of invocations shares its correlation id and names the job that caused it") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto first = recorder.start_invocation({.source_function = "orders"});
  auto event = first.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  auto second = recorder.start_invocation({.correlation_id = job.correlation_id(),
                                           .source_function = "mails",
                                           .source_job_id = job.id()});
  CHECK(second.correlation_id() == first.correlation_id());
  const Row row = store.row(
      "SELECT c.source_function AS child, p.source_function AS parent FROM invocations c"
      " JOIN job_executions j ON j.id = c.source_job_id JOIN invocations p"
      " ON p.id = j.invocation_id AND p.correlation_id = c.correlation_id");
  CHECK(row.at("child") == "mails");
  CHECK(row.at("parent") == "orders");
}

TEST_CASE("jobs that end after the invocation timed out are counted all the same") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  const std::string id = invocation.id();
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto good = event.start_job({.job_name = "good"});
  auto bad = event.start_job({.job_name = "bad"});
  invocation.time_out();
  CHECK(store.invocation(id).at("total_jobs_run") == "2");
  CHECK(store.invocation(id).at("total_jobs_succeeded") == "0");
  store.pass_ms(5);
  good.complete();
  bad.fail({.message = "no"});
  const Row row = store.invocation(id);
  CHECK(row.at("status") == "timeout");
  CHECK(row.at("total_jobs_run") == "2");
  CHECK(row.at("total_jobs_succeeded") == "1");
  CHECK(row.at("total_jobs_failed") == "1");
  CHECK(row.at("completed_at") == kStart);
  CHECK(row.at("updated_at") == store.now());
}

TEST_CASE("what begins after the end is counted when it ends") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  event.complete();
  invocation.complete();
  CHECK(event.start_job({.job_name = "late"}).fail({.message = "no"}) == Outcome::stored);
  auto late = invocation.start_event({.event_name = "late"});
  CHECK(late.detected() == Outcome::stored);
  CHECK(late.complete() == Outcome::stored);
  CHECK(store.event(event.id()).at("status") == "failed");
  CHECK(store.event(event.id()).at("jobs_failed") == "1");
  const Row row = store.invocation(invocation.id());
  CHECK(row.at("status") == "failed");
  CHECK(row.at("total_jobs_failed") == "1");
  CHECK(row.at("events_detected_count") == "2");
}

}  // namespace
}  // namespace edo::testing
