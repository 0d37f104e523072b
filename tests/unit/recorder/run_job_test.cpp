// The helper that runs a job and records how it ends.
#include "edo/run_job.hpp"

#include <pthread.h>

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

struct Handling {
  RecordedStore store;
  Recorder recorder{store.options()};
  Invocation invocation = recorder.start_invocation({.source_function = "f"});
  EventExecution event = invocation.start_event({.event_name = "e"});
  std::string id;

  template <typename Body>
  std::exception_ptr run(Body body) {
    event.detected();
    return run_job(event, {.job_name = "j"}, [&](JobExecution& job) {
      id = job.id();
      return body(job);
    });
  }
  [[nodiscard]] std::string job(const std::string& column) const {
    return store.job(id).at(column);
  }
};

TEST_CASE("a job that returns is completed, with what it returns as its result") {
  Handling with_result;
  CHECK(with_result.run([](JobExecution&) { return std::string(R"({"n":1})"); }) == nullptr);
  CHECK(with_result.job("status") == "completed");
  CHECK(with_result.job("result") == R"({"n":1})");

  Handling without;
  CHECK(without.run([](JobExecution& job) { job.log(LogLevel::info, "one"); }) == nullptr);
  CHECK(without.job("status") == "completed");
  CHECK(without.job("result") == kNull);
  CHECK(without.store.lines(without.id).size() == 1);
}

TEST_CASE("a job that throws is failed, and the caller gets the exception") {
  Handling handling;
  const auto failure =
      handling.run([](JobExecution&) -> const char* { throw std::runtime_error("no printer"); });
  REQUIRE(failure != nullptr);
  CHECK_THROWS_WITH(std::rethrow_exception(failure), "no printer");
  CHECK(handling.job("status") == "failed");
  CHECK(handling.job("error_message") == "no printer");

  Handling other;
  CHECK(other.run([](JobExecution&) { throw 7; }) != nullptr);
  CHECK(other.job("status") == "failed");
}

TEST_CASE("the end that a job has recorded itself counts") {
  Handling handling;
  CHECK(handling.run([](JobExecution& job) { job.fail({.message = "its own"}); }) == nullptr);
  CHECK(handling.job("status") == "failed");
  CHECK(handling.job("error_message") == "its own");
}

TEST_CASE("a job whose thread is cancelled is failed, and the thread ends") {
  Handling handling;
  pthread_t thread = 0;
  const auto cancelled = [](void* about) -> void* {
    (void)static_cast<Handling*>(about)->run([](JobExecution&) {
      pthread_cancel(pthread_self());
      pthread_testcancel();
    });
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, cancelled, &handling) == 0);
  void* end = nullptr;
  REQUIRE(pthread_join(thread, &end) == 0);
  CHECK(end == PTHREAD_CANCELED);
  CHECK(handling.job("status") == "failed");
  CHECK(handling.job("error_message") == "the thread of the job was cancelled");
}

}  // namespace
}  // namespace edo::testing
