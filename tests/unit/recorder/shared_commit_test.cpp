// Calls that wait for others to share a commit with, because the option commit_within lets them.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/wait.hpp"
#include "unit/recorder/child.hpp"
#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"
#include "unit/recorder/wal_commits.hpp"

namespace edo::testing {
namespace {

using std::chrono::milliseconds;

// Longer than any test.
constexpr milliseconds kForEver{60'000};

Options sharing(RecordedStore& store, milliseconds within) {
  Options options = store.options();
  options.commit_within = within;
  return options;
}

int commits(const RecordedStore& store) { return commits_in(read_file(store.side_file("-wal"))); }

TEST_CASE("invocations that overlap share a commit, and the last one that ends makes it") {
  RecordedStore store;
  Recorder recorder(sharing(store, kForEver));
  const int before = commits(store);
  auto first = recorder.start_invocation({.source_function = "first"});
  auto second = recorder.start_invocation({.source_function = "second"});
  CHECK(first.complete() == Outcome::queued);
  CHECK(store.count("invocations") == 0);
  CHECK(second.complete() == Outcome::stored);
  CHECK(store.count("invocations WHERE status = 'completed'") == 2);
  CHECK(commits(store) == before + 1);
  // What comes late has nobody to wait for.
  auto event = first.start_event({.event_name = "late"});
  CHECK(store.count("event_executions") == 1);
}

TEST_CASE("the end of an invocation commits all that waits, at once") {
  RecordedStore store;
  Recorder recorder(sharing(store, kForEver));
  const int before = commits(store);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  CHECK(event.detected() == Outcome::queued);
  auto job = event.start_job({.job_name = "j"});
  CHECK(job.log(LogLevel::info, "one") == Outcome::queued);
  CHECK(job.complete() == Outcome::queued);
  CHECK(event.complete() == Outcome::queued);
  CHECK(recorder.health().queued == 7);
  CHECK(store.count("invocations") == 0);
  CHECK(invocation.complete() == Outcome::stored);
  CHECK(commits(store) == before + 1);
  CHECK(recorder.health().queued == 0);
  CHECK(recorder.health().stored == 8);
  CHECK(store.invocation(invocation.id())["total_jobs_succeeded"] == "1");
  CHECK(store.errors().empty());
}

TEST_CASE("what waits is committed in time, though nothing else happens") {
  RecordedStore store;
  Recorder recorder(sharing(store, milliseconds(50)));
  for (int round = 1; round <= 3; ++round) {
    auto invocation = recorder.start_invocation({.source_function = "f"});
    CHECK(eventually([&] { return store.count("invocations") == round; }));
    CHECK(invocation.complete() == Outcome::stored);
  }
  CHECK(store.errors().empty());
}

TEST_CASE("flush() stores what waits, and says when that takes too long") {
  RecordedStore store;
  Recorder recorder(sharing(store, kForEver));
  CHECK(recorder.flush(milliseconds(0)));  // nothing waits
  auto invocation = recorder.start_invocation({.source_function = "f"});
  CHECK(recorder.flush(kForEver));
  CHECK(store.count("invocations") == 1);
  CHECK(recorder.health().queued == 0);
  {
    Group group(recorder);
    auto event = invocation.start_event({.event_name = "e"});
    CHECK(recorder.flush(kForEver));
    CHECK(store.count("event_executions") == 1);
  }
  {
    const Process holder = staying_process({"write", store.path()});
    auto late = invocation.start_event({.event_name = "late"});
    CHECK(late.started() == Outcome::queued);
    CHECK_FALSE(recorder.flush(milliseconds(20)));
  }
  CHECK(recorder.flush(kForEver));
  CHECK(store.count("event_executions WHERE event_name = 'late'") == 1);
  recorder.close();
  CHECK_FALSE(recorder.flush(kForEver));
}

TEST_CASE("calls of many threads share commits, and none is lost") {
  RecordedStore store;
  Recorder recorder(sharing(store, milliseconds(5)));
  constexpr int kThreads = 4;
  constexpr int kLines = 2000;
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  std::vector<JobExecution> jobs;
  for (int i = 0; i < kThreads; ++i) jobs.push_back(event.start_job({.job_name = "j"}));
  std::vector<std::thread> threads;
  for (auto& job : jobs) {
    threads.emplace_back([&job] {
      for (int i = 0; i < kLines; ++i) (void)job.log(LogLevel::info, std::to_string(i));
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(invocation.complete() == Outcome::stored);
  CHECK(store.count("job_logs") == kThreads * kLines);
  for (const auto& job : jobs) {
    const auto lines = store.lines(job.id());
    REQUIRE(lines.size() == kLines);
    CHECK(lines.front().at("message") == "0");
    CHECK(lines.back().at("message") == std::to_string(kLines - 1));
  }
  CHECK(recorder.health().dropped == 0);
  CHECK(store.errors().empty());
}

TEST_CASE("many calls, or large ones, do not wait until the time is over") {
  RecordedStore store;
  Recorder recorder(sharing(store, kForEver));
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  SECTION("many") {
    for (int i = 0; i < 2100; ++i) (void)job.log(LogLevel::info, "x");
    CHECK(store.count("job_logs") >= 1400);
  }
  SECTION("large") {
    const std::string line(300'000, 'x');
    for (int i = 0; i < 5; ++i) (void)job.log(LogLevel::info, line);
    CHECK(store.count("job_logs") >= 4);
  }
  CHECK(recorder.health().dropped == 0);
}

TEST_CASE("nothing is dropped for want of room to wait in") {
  RecordedStore store;
  auto options = sharing(store, kForEver);
  options.max_queue_bytes = 0;
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  CHECK(store.count("invocations") == 1);
  CHECK(invocation.complete() == Outcome::stored);
}

TEST_CASE("closing stores what waits") {
  RecordedStore store;
  Recorder recorder(sharing(store, kForEver));
  auto invocation = recorder.start_invocation({.source_function = "f"});
  CHECK(store.count("invocations") == 0);
  CHECK(recorder.close().dropped == 0);
  CHECK(store.count("invocations") == 1);
}

TEST_CASE("a process that is killed loses what waits, and no more") {
  RecordedStore store;
  CHECK(ending(in_child([&] {
          Recorder recorder(sharing(store, kForEver));
          auto first = recorder.start_invocation({.source_function = "first"});
          (void)first.complete();
          auto second = recorder.start_invocation({.source_function = "second"});
          raise(SIGKILL);
          return 0;
        })) == "signal 9");
  CHECK(store.count("invocations WHERE source_function = 'first' AND status = 'completed'") == 1);
  CHECK(store.count("invocations") == 1);
}

TEST_CASE(
    "a store that is busy when the time is over is reported once, and gets everything later") {
  RecordedStore store;
  auto options = sharing(store, milliseconds(20));
  options.busy_timeout = milliseconds(1);
  Recorder recorder(options);
  {
    const Process writer = staying_process({"write", store.path()});
    auto invocation = recorder.start_invocation({.source_function = "f"});
    CHECK(eventually([&] { return !store.reported(ErrorKind::busy).empty(); }));
    CHECK(invocation.complete() == Outcome::queued);
  }
  CHECK(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(store.count("invocations WHERE status = 'completed'") == 1);
  CHECK(store.reported(ErrorKind::busy).size() == 1);
  CHECK(recorder.health().dropped == 0);
}

}  // namespace
}  // namespace edo::testing
