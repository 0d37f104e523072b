// Many threads, several recorders and several processes on one store.
#include <atomic>
#include <catch2/catch.hpp>
#include <cstring>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/wait.hpp"
#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"
#include "unit/recorder/wal_commits.hpp"

namespace edo::testing {
namespace {

constexpr int kThreads = 8;

TEST_CASE("threads on one recorder: everything is stored, each thread's lines in their order") {
  RecordedStore store;
  constexpr int kLines = 60;
  std::vector<std::string> jobs(kThreads);
  std::atomic<int> not_stored = 0;
  {
    Recorder recorder(store.options());
    auto invocation = recorder.start_invocation({.source_function = "f"});
    auto event = invocation.start_event({.event_name = "e"});
    event.detected();
    std::vector<JobExecution> handles;
    for (auto& id : jobs) {
      handles.push_back(event.start_job({.job_name = "j"}));
      id = handles.back().id();
    }
    std::latch start(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        auto& job = handles[static_cast<std::size_t>(i)];
        for (int line = 1; line <= kLines; ++line) {
          not_stored += job.log(LogLevel::info, std::to_string(line)) != Outcome::stored;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (auto& job : handles) not_stored += job.complete() != Outcome::stored;
    event.complete();
    invocation.complete();
    CHECK(recorder.health().stored == 3 + kThreads * (kLines + 2) + 2);
  }
  CHECK(not_stored == 0);
  for (const auto& job : jobs) {
    const auto lines = store.lines(job);
    REQUIRE(lines.size() == kLines);
    // In the outbox as well, which is in the order of commits.
    const auto shipped = rows(store.path(),
                              "SELECT l.message FROM outbox o JOIN job_logs l ON l.id = o.row"
                              " WHERE o.entity = 'job_logs' AND l.job_execution_id = '" +
                                  job + "' ORDER BY o.seq");
    for (int line = 0; line < kLines; ++line) {
      const auto i = static_cast<std::size_t>(line);
      REQUIRE(lines[i].at("message") == std::to_string(line + 1));
      REQUIRE(shipped[i].at("message") == std::to_string(line + 1));
    }
  }
  CHECK(store.count("invocations WHERE total_jobs_succeeded = 8") == 1);
  CHECK(store.errors().empty());
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("calls that gather behind a slow commit share the next one") {
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = std::chrono::seconds(30);
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  std::vector<JobExecution> jobs;
  for (int i = 0; i < kThreads; ++i) jobs.push_back(event.start_job({.job_name = "j"}));
  const int before = commits_in(read_file(store.side_file("-wal")));
  Process holder = staying_process({"write", store.path()});
  std::atomic<int> begun = 0;
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (auto& job : jobs) {
    threads.emplace_back([&] {
      ++begun;
      stored += job.log(LogLevel::info, "x") == Outcome::stored;
    });
  }
  REQUIRE(eventually([&] { return begun == kThreads; }));
  holder.kill();
  for (auto& thread : threads) thread.join();
  CHECK(stored == kThreads);
  CHECK(commits_in(read_file(store.side_file("-wal"))) - before < kThreads);
}

TEST_CASE("processes on one file") {
  RecordedStore store;
  constexpr int kProcesses = 4;
  constexpr int kInvocations = 25;
  std::vector<Process> processes;
  for (int i = 0; i < kProcesses; ++i) {
    processes.emplace_back(other_process(
        {"record", store.path(), "host" + std::to_string(i), std::to_string(kInvocations)}));
  }
  for (auto& process : processes) {
    const Result result = process.wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
  }
  CHECK(store.count("invocations WHERE status = 'completed' AND total_jobs_succeeded = 1") ==
        kProcesses * kInvocations);
  CHECK(store.count("job_logs l JOIN job_executions j ON j.id = l.job_execution_id"
                    " WHERE l.message = j.job_name") == kProcesses * kInvocations);
  CHECK(store.count("(SELECT source_function FROM invocations GROUP BY 1)") == kProcesses);
  CHECK(store.count("writers WHERE outcome = 'closed'") == kProcesses);
  CHECK(store.count("store") == 1);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("two recorders in one process") {
  RecordedStore store;
  Recorder first(store.options());
  auto invocation = first.start_invocation({.source_function = "first"});
  {
    Recorder second(store.options());
    std::atomic<int> stored = 0;
    const auto record = [&stored](Recorder& recorder) {
      for (int i = 0; i < 50; ++i) {
        auto one = recorder.start_invocation({.source_function = "f"});
        stored += one.complete() == Outcome::stored;
      }
    };
    std::thread other_thread([&] { record(second); });
    record(first);
    other_thread.join();
    CHECK(stored == 100);
  }
  // The end of one must not have taken the locks of the other.
  CHECK(run(other_process({"exclusive", store.path()})).exit_code == 1);
  CHECK(invocation.complete() == Outcome::stored);
  CHECK(store.count("invocations") == 101);
  CHECK(store.errors().empty());
}

TEST_CASE("a store may be made by several threads at once") {
  for (int round = 0; round < 10; ++round) {
    RecordedStore store;
    Options options = store.options();
    options.busy_timeout = std::chrono::seconds(20);
    std::latch start(4);
    std::atomic<int> stored = 0;
    std::vector<std::string> problems(4);
    std::vector<std::thread> threads;
    for (auto& problem : problems) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        try {
          Recorder recorder(options);
          auto invocation = recorder.start_invocation({});
          stored += invocation.complete() == Outcome::stored;
        } catch (const Error& error) {
          problem = error.what();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(problems == std::vector<std::string>(4));
    CHECK(stored == 4);
    CHECK(store.count("store") == 1);
  }
}

TEST_CASE("a recorder may be closed by several threads while others record") {
  RecordedStore store;
  Recorder recorder(store.options());
  std::latch start(kThreads);
  std::atomic<int> stored = 0;
  std::atomic<int> dropped = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int call = 0; call < 40; ++call) {
        if (call == 20 && i % 2 == 0) recorder.close();
        auto invocation = recorder.start_invocation({.source_function = "f"});
        const Outcome outcome = invocation.complete();
        stored += outcome == Outcome::stored;
        dropped += outcome == Outcome::dropped;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(stored + dropped == kThreads * 40);
  CHECK(dropped >= kThreads / 2 * 20);
  CHECK(store.count("invocations WHERE status = 'completed'") == stored);
  CHECK(store.count("invocations WHERE status = 'running'") == 0);
  CHECK(store.reported(ErrorKind::closed).size() == store.errors().size());
}

TEST_CASE("a job that ends while its invocation times out is counted, whichever comes first") {
  RecordedStore store;
  Recorder recorder(store.options());
  for (int round = 0; round < 100; ++round) {
    auto invocation = recorder.start_invocation({.source_function = "f"});
    auto event = invocation.start_event({.event_name = "e"});
    auto job = event.start_job({.job_name = "j"});
    std::latch start(2);
    std::thread other([&] {
      start.arrive_and_wait();
      job.complete();
    });
    start.arrive_and_wait();
    invocation.time_out();
    other.join();
    event.complete();
  }
  CHECK(store.count("invocations WHERE total_jobs_succeeded = 1") == 100);
}

}  // namespace
}  // namespace edo::testing
