// Recorders and forks. Children leave with _exit() unless a test says otherwise, as most children
// of a host do.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storage/recorder_lock.hpp"
#include "support/skip.hpp"
#include "support/wait.hpp"
#include "unit/recorder/child.hpp"
#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

// The allocator of the address sanitizer does not survive a fork while other threads allocate: a
// child that needs more than its thread had at hand waits for ever. The recorder's own thread is
// enough.
void skip_where_allocator_is_not_fork_safe() {
#ifdef __SANITIZE_ADDRESS__
  skip_test("the allocator of the address sanitizer is not fork-safe");
#endif
}

// The thread sanitizer of GCC 12 takes a thread of a child for one that its parent still has, and
// may end the child ("dup thread with used id").
void skip_where_children_have_no_threads() {
#ifdef __SANITIZE_THREAD__
  skip_test("the thread sanitizer mixes up the threads of a child and of its parent");
#endif
}

// A whole invocation; false if any of it was not stored.
bool record(Recorder& recorder, std::string_view name) {
  auto invocation = recorder.start_invocation({.source_function = name});
  auto event = invocation.start_event({.event_name = name});
  bool stored = event.detected() == Outcome::stored;
  auto job = event.start_job({.job_name = name});
  stored &= job.log(LogLevel::info, name) == Outcome::stored;
  stored &= job.complete() == Outcome::stored;
  stored &= event.complete() == Outcome::stored;
  return invocation.complete() == Outcome::stored && stored;
}

Options patient(RecordedStore& store) {
  Options options = store.options();
  options.busy_timeout = std::chrono::seconds(20);
  return options;
}

TEST_CASE("a child records beside its parent, as a writer of its own") {
  skip_where_allocator_is_not_fork_safe();
  RecordedStore store;
  Recorder recorder(patient(store));
  REQUIRE(record(recorder, "parent"));
  const pid_t child = in_child([&] {
    for (int i = 0; i < 20; ++i) {
      if (!record(recorder, "child")) return 1;
    }
    return recorder.health().stored == 20 * 8 ? 0 : 2;
  });
  for (int i = 0; i < 20; ++i) REQUIRE(record(recorder, "parent"));
  CHECK(ending(child) == "exit 0");
  CHECK(store.count("invocations i JOIN writers w ON w.id = i.writer_id"
                    " WHERE source_function = 'child' AND w.pid = " +
                    std::to_string(child)) == 20);
  CHECK(store.count("invocations i JOIN writers w ON w.id = i.writer_id"
                    " WHERE source_function = 'parent' AND w.pid = " +
                    std::to_string(getpid())) == 21);
  CHECK(integrity(store.path()) == "ok");
  CHECK(store.errors().empty());
}

TEST_CASE("a child whose log is removed continues, whatever its parent has open") {
  skip_where_allocator_is_not_fork_safe();
  skip_where_children_have_no_threads();
  RecordedStore store;
  Recorder recorder(patient(store));
  REQUIRE(record(recorder, "parent"));
  const pid_t child = in_child([&] {
    if (!record(recorder, "before") || unlink(store.side_file("-wal").c_str()) != 0) return 1;
    (void)record(recorder, "after");
    return eventually([&] { return recorder.health().queued == 0; }) ? 0 : 2;
  });
  CHECK(ending(child) == "exit 0");
  recorder.close();
  CHECK(store.count("invocations WHERE status = 'completed'") == 3);
}

TEST_CASE("a child that continues does not keep its parent's lock") {
  RecordedStore store;
  Recorder recorder(store.options());
  REQUIRE(storage::holds_lock(store.path(), 1) == true);
  const pid_t child = in_child([] { return pause(); });
  recorder.close();
  CHECK(eventually([&] { return storage::holds_lock(store.path(), 1) == false; }));
  kill(child, SIGKILL);
  CHECK(ending(child) == "signal 9");
}

TEST_CASE("children forked in the middle of what other threads record") {
  skip_where_children_have_no_threads();
  skip_where_allocator_is_not_fork_safe();
  RecordedStore store;
  std::atomic<bool> stop = false;
  std::atomic<long> recorded = 0;
  std::atomic<long> failed = 0;
  constexpr int kForks = 40;
  int good = 0;
  {
    Recorder recorder(patient(store));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        while (!stop) ++(record(recorder, "parent") ? recorded : failed);
      });
    }
    for (int i = 0; i < kForks; ++i) {
      const long before = recorded;
      REQUIRE(eventually([&] { return recorded > before; }));
      good += succeeded(in_child([&] { return record(recorder, "child") ? 0 : 1; }));
    }
    stop = true;
    for (auto& thread : threads) thread.join();
  }
  CHECK(good == kForks);
  CHECK(failed == 0);
  CHECK(store.count("invocations WHERE source_function = 'child' AND status = 'completed'") ==
        kForks);
  CHECK(store.count("invocations WHERE source_function = 'parent' AND status = 'completed'") ==
        recorded);
  CHECK(store.count("job_logs") == recorded + kForks);
  CHECK(integrity(store.path()) == "ok");
  CHECK(store.errors().empty());
}

TEST_CASE("children forked while other threads are anywhere inside SQLite") {
  skip_where_children_have_no_threads();
  skip_where_allocator_is_not_fork_safe();
  RecordedStore store;
  RecordedStore other;
  Recorder recorder(patient(store));
  std::atomic<bool> stop = false;
  std::atomic<long> opened = 0;
  std::thread opener([&] {
    while (!stop) {
      const Recorder one(patient(other));
      ++opened;
    }
  });
  int good = 0;
  constexpr int kForks = 60;
  for (int i = 0; i < kForks; ++i) {
    const long before = opened;
    REQUIRE(eventually([&] { return opened > before; }));
    good += succeeded(in_child([&] { return record(recorder, "child") ? 0 : 1; }));
  }
  stop = true;
  opener.join();
  CHECK(good == kForks);
  CHECK(store.count("invocations WHERE status = 'completed'") == kForks);
}

TEST_CASE("a child has locks of its own, which outlive its parent's") {
  // The child starts a process while its own recorder's thread runs.
  skip_where_allocator_is_not_fork_safe();
  RecordedStore store;
  std::optional<Recorder> recorder(std::in_place, patient(store));
  REQUIRE(record(*recorder, "parent"));
  int closed[2];
  int recorded[2];
  REQUIRE(pipe(closed) == 0);
  REQUIRE(pipe(recorded) == 0);
  const pid_t child = in_child([&] {
    char signal = 'x';
    if (!record(*recorder, "child")) return 1;
    if (write(recorded[1], &signal, 1) != 1 || read(closed[0], &signal, 1) != 1) return 2;
    // The parent has left: had it been alone with the file, the log would be gone by now.
    if (run(other_process({"exclusive", store.path()})).exit_code != 1) return 3;
    return record(*recorder, "child") ? 0 : 4;
  });
  char signal = 'x';
  REQUIRE(read(recorded[0], &signal, 1) == 1);
  recorder.reset();
  REQUIRE(write(closed[1], &signal, 1) == 1);
  CHECK(ending(child) == "exit 0");
  for (const int end : {closed[0], closed[1], recorded[0], recorded[1]}) close(end);
  CHECK(store.count("invocations WHERE source_function = 'child' AND status = 'completed'") == 2);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("a child that ends its recorder and its handles does not disturb the parent") {
  skip_where_children_have_no_threads();
  RecordedStore store;
  std::optional<Recorder> recorder(std::in_place, patient(store));
  std::optional<Invocation> invocation(recorder->start_invocation({.source_function = "parent"}));
  const bool child_records = GENERATE(false, true);
  const pid_t child = in_child([&] {
    if (child_records && !record(*recorder, "child")) return 1;
    invocation.reset();  // a handle of the parent's, which the child has not abandoned
    recorder.reset();
    return 0;
  });
  REQUIRE(ending(child) == "exit 0");
  CHECK(store.invocation(invocation->id()).at("status") == "running");
  // The parent still has its locks, and its log.
  CHECK(run(other_process({"exclusive", store.path()})).exit_code == 1);
  CHECK(record(*recorder, "parent"));
  CHECK(invocation->complete() == Outcome::stored);
  CHECK(store.count("invocations") == (child_records ? 3 : 2));
  CHECK(store.count("writers WHERE outcome = 'closed'") == (child_records ? 1 : 0));
  CHECK(integrity(store.path()) == "ok");
  recorder.reset();
  CHECK(run(other_process({"exclusive", store.path()})).exit_code == 0);
}

TEST_CASE("a child that returns from main") {
  skip_where_children_have_no_threads();
  RecordedStore store;
  const Result result = run(other_process({"fork", store.path()}));
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK(store.count("invocations WHERE status = 'completed'") == 2);
  CHECK(store.count("writers WHERE outcome = 'closed'") == 2);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("a child may end what its parent began, and grandchildren record as well") {
  RecordedStore store;
  Recorder recorder(patient(store));
  auto invocation = recorder.start_invocation({.source_function = "parent"});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  const std::string id = job.id();
  const pid_t child = in_child([&] {
    if (job.complete("\"by the child\"") != Outcome::stored) return 1;
    const pid_t grandchild = in_child([&] {
      if (!record(recorder, "grandchild")) return 1;
      return succeeded(in_child([&] { return record(recorder, "last") ? 0 : 1; })) ? 0 : 2;
    });
    if (!record(recorder, "child")) return 2;
    return succeeded(grandchild) ? 0 : 3;
  });
  CHECK(record(recorder, "parent"));
  REQUIRE(ending(child) == "exit 0");
  CHECK(store.job(id).at("result") == "\"by the child\"");
  CHECK(store.count("invocations WHERE status = 'completed'") == 4);
  CHECK(store.count("(SELECT pid FROM writers GROUP BY pid)") == 4);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("what a parent has gathered is not for its child to store") {
  skip_where_allocator_is_not_fork_safe();
  RecordedStore store;
  Recorder recorder(patient(store));
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "parent"});
  CHECK(succeeded(in_child([&] {
    auto own = recorder.start_invocation({.source_function = "child"});
    return group.commit() == Outcome::stored ? 0 : 1;
  })));
  CHECK(store.count("invocations") == 1);
  CHECK(group.commit() == Outcome::stored);
  CHECK(store.count("invocations") == 2);
}

TEST_CASE("a child commits later on a thread of its own") {
  RecordedStore store;
  Recorder recorder(store.options());
  Group group(recorder);
  int told = 0;
  const auto record = [&](std::string_view name) {
    auto invocation = recorder.start_invocation({.source_function = name});
    invocation.release();
    group.commit_later([&](Outcome outcome) { told += outcome == Outcome::stored; });
  };
  record("parent");
  CHECK(succeeded(in_child([&] {
    told = 0;
    record("child");
    (void)group.commit();
    return told == 1 ? 0 : 1;
  })));
  CHECK(group.commit() == Outcome::stored);
  CHECK(told == 1);
  CHECK(store.count("invocations") == 2);
}

TEST_CASE("on_error may fork, and may not record") {
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = std::chrono::milliseconds(20);
  std::atomic<JobExecution*> job = nullptr;
  std::mutex mutex;
  std::string child_ended;
  options.on_error = [&](const Error&) {
    const std::lock_guard lock(mutex);
    if (child_ended.empty()) child_ended = ending(in_child([] { return 0; }));
    if (JobExecution* const one = job) (void)one->log(LogLevel::info, "from on_error");
  };
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  auto real_job = event.start_job({.job_name = "j"});
  job = &real_job;
  Process holder = staying_process({"write", store.path()});
  CHECK(real_job.log(LogLevel::info, "from the host") == Outcome::queued);
  CHECK(child_ended == "exit 0");
  holder.kill();
  CHECK(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(recorder.health().dropped > 0);
  CHECK(store.count("job_logs") == 1);
  job = nullptr;
  recorder.close();
  CHECK(store.row("SELECT dropped_calls, last_drop_reason FROM writers").at("dropped_calls") ==
        std::to_string(recorder.health().dropped));
}

TEST_CASE("fork() does not wait for threads that record") {
  std::array<RecordedStore, 4> stores;
  std::vector<std::unique_ptr<Recorder>> recorders;
  for (auto& store : stores) recorders.push_back(std::make_unique<Recorder>(patient(store)));
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (auto& recorder : recorders) {
    threads.emplace_back([&] {
      while (!stop) (void)record(*recorder, "parent");
    });
  }
  using std::chrono::steady_clock;
  steady_clock::duration longest{};
  for (int i = 0; i < 50; ++i) {
    const auto began = steady_clock::now();
    const pid_t child = fork();
    if (child == 0) _exit(0);
    longest = std::max(longest, steady_clock::now() - began);
    CHECK(succeeded(child));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  // It took 17 s where it waited for a moment without a recorder inside SQLite.
  CHECK(longest < std::chrono::seconds(2));
}

TEST_CASE("calls of a child wait in memory like any other") {
  skip_where_children_have_no_threads();
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = std::chrono::milliseconds(20);
  Recorder recorder(options);
  Process holder = staying_process({"write", store.path()});
  const pid_t child = in_child([&] {
    auto invocation = recorder.start_invocation({.source_function = "child"});
    if (invocation.complete() != Outcome::queued) return 1;
    if (recorder.health().queued != 2) return 2;
    holder.kill();
    return eventually([&] { return recorder.health().queued == 0; }) ? 0 : 3;
  });
  CHECK(ending(child) == "exit 0");
  CHECK(store.count("invocations WHERE source_function = 'child' AND status = 'completed'") == 1);
}

TEST_CASE("a recorder that is closed stays closed in a child") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto invocation = recorder.start_invocation({.source_function = "parent"});
  recorder.close();
  CHECK(succeeded(in_child([&] {
    if (invocation.complete() != Outcome::dropped) return 1;
    return store.reported(ErrorKind::closed).size() == 1 ? 0 : 2;
  })));
  CHECK(store.count("writers") == 1);
}

TEST_CASE("a child that dies leaves its own rows to be marked, not its parent's") {
  RecordedStore store;
  Recorder recorder(patient(store));
  auto parents = recorder.start_invocation({.source_function = "parent"});
  REQUIRE(succeeded(in_child([&] {
    const auto childs = recorder.start_invocation({.source_function = "child"});
    _exit(0);
    return 0;
  })));
  { const Recorder next(store.options()); }
  CHECK(store.count("invocations WHERE source_function = 'child' AND status = 'crashed'") == 1);
  CHECK(store.invocation(parents.id()).at("status") == "running");
}

}  // namespace
}  // namespace edo::testing
