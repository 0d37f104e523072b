// The C ABI where the sanitizers can see it: linked into the test, with everything behind it. What
// is recorded is looked at through the shared library, in ffi_test.py.
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "edo.h"
#include "support/files.hpp"

namespace {

edo_recorder* opened(const std::string& store, edo_error_callback on_error = nullptr,
                     void* user_data = nullptr) {
  const std::string json = R"({"busyTimeout": 5000, "store": ")" + store + "\"}";
  edo_open_options options{};
  options.struct_size = sizeof options;
  options.options_json = json.c_str();
  options.on_error = on_error;
  options.user_data = user_data;
  edo_recorder* recorder = nullptr;
  edo_error error = EDO_ERROR_INIT;
  const auto outcome = edo_open_with(&options, &recorder, &error);
  INFO(error.message);
  REQUIRE(outcome == EDO_STORED);
  return recorder;
}

edo_event* started_event(edo_invocation* invocation) {
  edo_event_start start{};
  start.struct_size = sizeof start;
  start.event_name = "e";
  edo_event* event = nullptr;
  (void)edo_start_event(invocation, &start, &event);
  return event;
}

edo_job* started_job(edo_event* event) {
  edo_job_start start{};
  start.struct_size = sizeof start;
  start.job_name = "j";
  edo_job* job = nullptr;
  (void)edo_start_job(event, &start, &job);
  return job;
}

void count(void* user_data, std::int32_t, const char*) {
  ++*static_cast<std::atomic<int>*>(user_data);
}

TEST_CASE("handles may be freed in any order and after their recorder") {
  const edo::testing::TemporaryDirectory directory;
  edo_recorder* recorder = opened(directory / "telemetry.db");
  edo_invocation* invocation = nullptr;
  REQUIRE(edo_start_invocation(recorder, nullptr, &invocation) == EDO_STORED);
  edo_event* event = started_event(invocation);
  edo_job* job = started_job(event);
  const std::string id = edo_job_id(job);
  SECTION("from the outside in") {
    edo_recorder_free(recorder);
    edo_invocation_free(invocation);
    edo_event_free(event);
    CHECK(edo_job_log(job, EDO_LOG_INFO, "late", nullptr) == EDO_DROPPED);
    CHECK(edo_job_id(job) == id);
    edo_job_free(job);
  }
  SECTION("from the inside out") {
    edo_job_free(job);
    edo_event_free(event);
    edo_invocation_free(invocation);
    edo_recorder_free(recorder);
  }
}

TEST_CASE("threads that record while the store fails report until the recorder is freed") {
  std::atomic<int> reports = 0;
  {
    const edo::testing::TemporaryDirectory directory;
    edo_recorder* recorder = opened(directory / "telemetry.db", count, &reports);
    edo_invocation* invocation = nullptr;
    REQUIRE(edo_start_invocation(recorder, nullptr, &invocation) == EDO_STORED);
    edo_event* event = started_event(invocation);
    std::vector<edo_job*> jobs;
    for (int i = 0; i < 4; ++i) jobs.push_back(started_job(event));
    CHECK(edo_recorder_close(recorder) == EDO_STORED);
    std::vector<std::thread> threads;
    for (edo_job* job : jobs) {
      threads.emplace_back([job] {
        for (int i = 0; i < 100; ++i) (void)edo_job_log(job, EDO_LOG_INFO, "line", nullptr);
      });
    }
    edo_recorder_free(recorder);
    const int reported = reports;
    for (std::thread& thread : threads) thread.join();
    for (edo_job* job : jobs) edo_job_free(job);
    edo_event_free(event);
    edo_invocation_free(invocation);
    CHECK(reports == reported);
  }
}

TEST_CASE("threads share a recorder") {
  const edo::testing::TemporaryDirectory directory;
  edo_recorder* recorder = opened(directory / "telemetry.db");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([recorder] {
      edo_invocation* invocation = nullptr;
      (void)edo_start_invocation(recorder, nullptr, &invocation);
      edo_event* event = started_event(invocation);
      (void)edo_event_detected(event, EDO_MEASURED);
      edo_job* job = started_job(event);
      (void)edo_job_log(job, EDO_LOG_WARN, "line", nullptr);
      (void)edo_job_complete(job, "[]", EDO_MEASURED);
      (void)edo_event_complete(event, EDO_MEASURED);
      (void)edo_invocation_complete(invocation, EDO_MEASURED);
      edo_job_free(job);
      edo_event_free(event);
      edo_invocation_free(invocation);
    });
  }
  for (std::thread& thread : threads) thread.join();
  edo_health health{};
  health.struct_size = sizeof health;
  CHECK(edo_recorder_health(recorder, &health) == EDO_STORED);
  CHECK(health.stored == 4 * 8);
  CHECK(health.dropped == 0);
  edo_recorder_free(recorder);
}

TEST_CASE("structs that are too short are refused before they are read") {
  const edo::testing::TemporaryDirectory directory;
  edo_recorder* recorder = opened(directory / "telemetry.db");
  // No more than the size itself is there, so that reading on would be found.
  const auto size = std::make_unique<std::size_t>(sizeof(std::size_t));
  edo_invocation* invocation = nullptr;
  CHECK(edo_start_invocation(recorder, reinterpret_cast<edo_invocation_start*>(size.get()),
                             &invocation) == EDO_BAD_STRUCT);
  CHECK(edo_recorder_health(recorder, reinterpret_cast<edo_health*>(size.get())) == EDO_BAD_STRUCT);
  edo_recorder* other = nullptr;
  CHECK(edo_open(nullptr, &other, reinterpret_cast<edo_error*>(size.get())) == EDO_BAD_STRUCT);
  edo_recorder_free(recorder);
}

}  // namespace
