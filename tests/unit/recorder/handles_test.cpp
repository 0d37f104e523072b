#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>

#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

TEST_CASE("handles that are abandoned say so") {
  RecordedStore store;
  Recorder recorder(store.timed_options());
  std::string invocation_id;
  std::string detecting_id;
  std::string handling_id;
  std::string job_id;
  const auto host = [&](bool throws) {
    auto invocation = recorder.start_invocation({});
    auto detecting = invocation.start_event({.event_name = "a"});
    auto handling = invocation.start_event({.event_name = "b"});
    handling.detected();
    auto job = handling.start_job({.job_name = "j"});
    invocation_id = invocation.id();
    detecting_id = detecting.id();
    handling_id = handling.id();
    job_id = job.id();
    if (throws) throw std::runtime_error("the host's own");
  };
  const bool throws = GENERATE(false, true);
  if (throws) {
    CHECK_THROWS_WITH(host(true), "the host's own");
  } else {
    host(false);
  }
  const std::string message =
      "the handle was destroyed before its end was recorded; the outcome is unknown";
  CHECK(store.job(job_id).at("status") == "failed");
  CHECK(store.job(job_id).at("error_message") == message);
  CHECK(store.event(detecting_id).at("status") == "detection_failed");
  CHECK(store.event(detecting_id).at("detection_error") == message);
  CHECK(store.event(handling_id).at("status") == "handler_failed");
  CHECK(store.event(handling_id).at("handler_error") == message);
  CHECK(store.event(handling_id).at("jobs_failed") == "1");
  CHECK(store.invocation(invocation_id).at("status") == "failed");
  CHECK(store.invocation(invocation_id).at("error_message") == message);
  CHECK(store.invocation(invocation_id).at("total_jobs_failed") == "1");
}

TEST_CASE("a handle says whether it is empty") {
  RecordedStore store;
  Recorder recorder(store.options());
  CHECK(recorder);
  CHECK_FALSE(Invocation());
  auto invocation = recorder.start_invocation({});
  CHECK(invocation);
  auto event = invocation.start_event({.event_name = "e"});
  CHECK(event);
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  const JobExecution moved = std::move(job);
  CHECK(moved);
  CHECK_FALSE(job);  // NOLINT(bugprone-use-after-move)
  event.release();
  CHECK_FALSE(event);
  const Recorder other = std::move(recorder);
  CHECK(other);
  CHECK_FALSE(recorder);  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("handles that are released record nothing; their rows end with the recorder") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  const std::string job_id = job.id();
  job.release();
  event.release();
  invocation.release();
  CHECK(job.id().empty());
  CHECK(job.complete() == Outcome::disabled);
  CHECK(store.job(job_id).at("status") == "running");
  recorder.close();
  CHECK(store.job(job_id).at("status") == "crashed");
  CHECK(store.count("invocations WHERE status = 'crashed'") == 1);
}

TEST_CASE("empty, finished and moved-from handles do nothing") {
  RecordedStore store;
  Recorder recorder(store.options());
  Invocation invocation;
  EventExecution event = invocation.start_event({.event_name = "e"});
  JobExecution job = event.start_job({.job_name = "j"});
  CHECK(invocation.id().empty());
  CHECK(invocation.correlation_id().empty());
  CHECK(event.id().empty());
  CHECK(job.id().empty());
  CHECK(job.correlation_id().empty());
  CHECK(invocation.complete() == Outcome::disabled);
  CHECK(invocation.fail({}) == Outcome::disabled);
  CHECK(invocation.time_out() == Outcome::disabled);
  CHECK(event.detected() == Outcome::disabled);
  CHECK(event.not_detected() == Outcome::disabled);
  CHECK(event.detection_failed({}) == Outcome::disabled);
  CHECK(event.complete() == Outcome::disabled);
  CHECK(event.handler_failed({}) == Outcome::disabled);
  CHECK(job.log(LogLevel::info, "x") == Outcome::disabled);
  CHECK(job.complete() == Outcome::disabled);
  CHECK(job.fail({}) == Outcome::disabled);
  CHECK(store.count("invocations") == 0);

  invocation = recorder.start_invocation({.source_function = "f"});
  Invocation moved = std::move(invocation);
  CHECK(invocation.complete() == Outcome::disabled);
  CHECK(moved.complete() == Outcome::stored);
  CHECK(moved.complete() == Outcome::disabled);
  CHECK(store.count("invocations WHERE status = 'completed'") == 1);
  CHECK(store.errors().empty());
}

TEST_CASE("assigning to a handle ends what it stood for") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation({.source_function = "first"});
  invocation = recorder.start_invocation({.source_function = "second"});
  auto event = invocation.start_event({.event_name = "first"});
  event = invocation.start_event({.event_name = "second"});
  auto job = event.start_job({.job_name = "first"});
  job = event.start_job({.job_name = "second"});
  CHECK(store.count("invocations WHERE source_function = 'first' AND status = 'failed'") == 1);
  CHECK(store.count(
            "event_executions WHERE event_name = 'first' AND status = 'detection_failed'") == 1);
  CHECK(store.count("job_executions WHERE job_name = 'first' AND status = 'failed'") == 1);
  CHECK(store.count("job_executions WHERE job_name = 'second' AND status = 'running'") == 1);
}

TEST_CASE("handles may outlive the recorder; their calls are reported as closed") {
  RecordedStore store;
  std::optional<Recorder> recorder(std::in_place, store.options());
  auto invocation = recorder->start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  recorder.reset();
  CHECK(job.log(LogLevel::info, "late") == Outcome::dropped);
  CHECK(job.complete() == Outcome::dropped);
  CHECK(event.complete() == Outcome::dropped);
  CHECK(invocation.complete() == Outcome::dropped);
  CHECK(store.reported(ErrorKind::closed).size() == 4);
  CHECK(store.errors().size() == 4);
  CHECK(store.reported(ErrorKind::closed).front().find(store.path()) != std::string::npos);
  CHECK(store.count("writers WHERE outcome = 'closed'") == 1);
}

TEST_CASE("what is still running when the recorder is closed will never end, and says so") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  const std::string message = "the recorder was closed before the end was recorded";
  recorder.close();
  CHECK(store.job(job.id()).at("status") == "crashed");
  CHECK(store.job(job.id()).at("error_message") == message);
  CHECK(store.event(event.id()).at("status") == "crashed");
  CHECK(store.event(event.id()).at("handler_error") == message);
  CHECK(store.event(event.id()).at("jobs_failed") == "1");
  CHECK(store.invocation(invocation.id()).at("status") == "crashed");
  CHECK(store.invocation(invocation.id()).at("error_message") == message);
  CHECK(store.invocation(invocation.id()).at("total_jobs_failed") == "1");
}

TEST_CASE("a closed recorder says so, and closing again does nothing") {
  RecordedStore store;
  Recorder recorder(store.options());
  recorder.close();
  recorder.close();
  auto invocation = recorder.start_invocation({});
  CHECK(invocation.complete() == Outcome::dropped);
  CHECK(store.reported(ErrorKind::closed).size() == 2);
  CHECK(recorder.health().dropped == 2);
  Recorder moved = std::move(recorder);
  CHECK(recorder.start_invocation({}).id().empty());
  CHECK(recorder.health().stored == 0);
  recorder.close();
}

}  // namespace
}  // namespace edo::testing
