// Calls that share a commit because their thread says so.
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"
#include "unit/recorder/wal_commits.hpp"

namespace edo::testing {
namespace {

int commits(const RecordedStore& store) { return commits_in(read_file(store.side_file("-wal"))); }

TEST_CASE("what a group gathers is stored by commit(), in one transaction and in order") {
  RecordedStore store;
  Recorder recorder(store.options());
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  CHECK(event.detected() == Outcome::queued);
  auto job = event.start_job({.job_name = "j"});
  CHECK(job.log(LogLevel::info, "one") == Outcome::queued);
  CHECK(job.log(LogLevel::info, "two") == Outcome::queued);
  CHECK(job.complete() == Outcome::queued);
  CHECK(event.complete() == Outcome::queued);
  CHECK(invocation.complete() == Outcome::queued);
  CHECK(store.count("invocations") == 0);
  CHECK(recorder.health().stored == 0);

  const int before = commits(store);
  CHECK(group.commit() == Outcome::stored);
  CHECK(commits(store) == before + 1);
  CHECK(recorder.health().stored == 9);
  Row stored = store.invocation(invocation.id());
  CHECK(stored["status"] == "completed");
  CHECK(stored["total_jobs_succeeded"] == "1");
  const auto lines = store.lines(job.id());
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("message") == "one");
  CHECK(lines[1].at("message") == "two");

  CHECK(group.commit() == Outcome::stored);  // nothing
  CHECK(commits(store) == before + 1);
}

TEST_CASE("the end of a group commits, and calls are stored at once again") {
  RecordedStore store;
  Recorder recorder(store.options());
  Invocation invocation;
  {
    Group group(recorder);
    invocation = recorder.start_invocation({.source_function = "f"});
    CHECK(store.count("invocations") == 0);
  }
  CHECK(store.count("invocations") == 1);
  CHECK(invocation.complete() == Outcome::stored);
}

TEST_CASE("a group gathers neither for other threads nor for other recorders") {
  RecordedStore store;
  RecordedStore other;
  Recorder recorder(store.options());
  Recorder other_recorder(other.options());
  Group group(recorder);
  (void)other_recorder.start_invocation({.source_function = "f"});
  CHECK(other.count("invocations") == 1);
  std::thread([&] { (void)recorder.start_invocation({.source_function = "f"}); }).join();
  CHECK(store.count("invocations") == 1);
}

TEST_CASE("groups in one thread may end in any order") {
  RecordedStore store;
  RecordedStore other;
  Recorder recorder(store.options());
  Recorder other_recorder(other.options());
  std::optional<Group> outer(recorder);
  std::optional<Group> inner(recorder);
  std::optional<Group> other_group(other_recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto other_invocation = other_recorder.start_invocation({.source_function = "f"});
  CHECK(outer->commit() == Outcome::stored);
  CHECK(store.count("invocations") == 0);  // the newest has it
  outer.reset();
  inner.reset();
  CHECK(store.count("invocations") == 1);
  CHECK(invocation.complete() == Outcome::stored);
  CHECK(other_invocation.complete() == Outcome::queued);
  other_group.reset();
  CHECK(other.invocation(other_invocation.id())["status"] == "completed");
}

TEST_CASE("a group commits by itself before it takes too much memory") {
  RecordedStore store;
  Recorder recorder(store.options());
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  const std::string line(100'000, 'x');
  for (int i = 0; i < 11; ++i) CHECK(job.log(LogLevel::info, line) == Outcome::queued);
  CHECK(store.lines(job.id()).size() == 10);

  // One that is larger than the whole room is stored at once, after what came before it.
  auto options = store.options();
  options.max_json_size = 4 << 20;
  Recorder roomy(options);
  Group another(roomy);
  auto large = roomy.start_invocation({.source_function = "f"});
  CHECK(large.fail({.message = std::string(3 << 20, 'y')}) == Outcome::stored);
  CHECK(store.invocation(large.id())["error_message"].size() == 3 << 20);
}

TEST_CASE("a call that cannot be stored does not harm the others of its group") {
  RecordedStore store;
  Recorder recorder(store.options());
  const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
  auto first = recorder.start_invocation({.id = id, .source_function = "f"});
  Group group(recorder);
  auto before = recorder.start_invocation({.source_function = "before"});
  storage::Database other(store.path(), {.access = storage::Access::read_write});
  other.execute("DELETE FROM invocations WHERE id = '" + id + "'");
  CHECK(first.complete() == Outcome::queued);
  auto after = recorder.start_invocation({.source_function = "after"});
  CHECK(group.commit() == Outcome::dropped);
  CHECK(store.count("invocations") == 2);
  CHECK(store.invocation(after.id())["source_function"] == "after");
  CHECK(recorder.health().dropped == 1);
  CHECK(store.errors().size() == 1);
}

TEST_CASE("a group that meets a busy store waits in memory like any other call") {
  RecordedStore store;
  auto options = store.options();
  options.busy_timeout = std::chrono::milliseconds(1);
  Recorder recorder(options);
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  {
    Process writer = staying_process({"write", store.path()});
    CHECK(group.commit() == Outcome::queued);
  }
  recorder.close();
  CHECK(store.count("invocations") == 1);
}

TEST_CASE(
    "calls of a group that are not committed when its recorder closes are dropped and reported") {
  RecordedStore store;
  std::optional<Recorder> recorder(store.options());
  Group group(*recorder);
  auto invocation = recorder->start_invocation({.source_function = "f"});
  recorder.reset();
  CHECK(group.commit() == Outcome::dropped);
  CHECK(store.reported(ErrorKind::closed).size() == 1);
  CHECK(store.count("invocations") == 0);
}

TEST_CASE("commit_later() stores in order, on another thread, before it calls back") {
  RecordedStore store;
  Recorder recorder(store.options());
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  constexpr int kCommits = 200;
  std::vector<std::uint64_t> stored_at;  // of the committer, until the group has ended
  const auto here = std::this_thread::get_id();
  bool elsewhere = true;
  for (int i = 0; i < kCommits; ++i) {
    CHECK(job.log(LogLevel::info, std::to_string(i)) == Outcome::queued);
    group.commit_later([&](Outcome outcome) {
      if (outcome == Outcome::stored) stored_at.push_back(recorder.health().stored);
      elsewhere &= std::this_thread::get_id() != here;
    });
  }
  CHECK(job.complete() == Outcome::queued);
  CHECK(group.commit() == Outcome::stored);  // after all these
  CHECK(elsewhere);
  REQUIRE(stored_at.size() == kCommits);
  for (std::uint64_t i = 0; i < kCommits; ++i) CHECK(stored_at[i] >= 4 + i);
  const auto lines = store.lines(job.id());
  REQUIRE(lines.size() == kCommits);
  for (std::size_t i = 0; i < kCommits; ++i) CHECK(lines[i].at("message") == std::to_string(i));
  CHECK(recorder.health().stored == kCommits + 4);
}

TEST_CASE("the end of a group waits for what it commits later") {
  RecordedStore store;
  Recorder recorder(store.options());
  int told = 0;
  {
    Group group(recorder);
    auto invocation = recorder.start_invocation({.source_function = "f"});
    invocation.release();
    group.commit_later([&](Outcome) { ++told; });
    group.commit_later([&](Outcome) { ++told; });  // nothing
  }
  CHECK(told == 2);
  CHECK(store.count("invocations") == 1);
}

TEST_CASE("more than there is room for waits for its turn to be committed") {
  RecordedStore store;
  Recorder recorder(store.options());
  Group group(recorder);
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  const std::string line(300'000, 'x');
  for (int i = 0; i < 40; ++i) {
    CHECK(job.log(LogLevel::info, line) == Outcome::queued);
    group.commit_later([](Outcome) {});
  }
  CHECK(group.commit() == Outcome::stored);
  CHECK(store.lines(job.id()).size() == 40);
}

TEST_CASE("an invocation that the host names is stored at once, after what came before") {
  RecordedStore store;
  Recorder recorder(store.options());
  const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
  Group group(recorder);
  auto before = recorder.start_invocation({.source_function = "before"});
  group.commit_later([](Outcome) {});
  auto first = recorder.start_invocation({.id = id, .source_function = "first"});
  CHECK(first.started() == Outcome::stored);
  CHECK(first.id() == id);
  CHECK(store.count("invocations") == 2);
  auto second = recorder.start_invocation({.id = id, .source_function = "second"});
  CHECK(second.id() != id);
  CHECK(store.invocation(second.id())["source_function"] == "second");
}

}  // namespace
}  // namespace edo::testing
