// The bounds of the store file and of its write-ahead log.
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "storage/store.hpp"
#include "support/wait.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"
#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

class BoundedStore : public RecordedStore {
 public:
  Options bounded(WhenFull when_full) {
    Options options = timed_options();
    options.max_store_bytes = kMiB;
    options.when_full = when_full;
    return options;
  }

  // One invocation of about 5 KB; the outcome of its end.
  Outcome record(Recorder& recorder, bool* started = nullptr) {
    pass_ms(1000);
    const std::uint64_t dropped = recorder.health().dropped;
    auto invocation = recorder.start_invocation(
        {.source_function = "f", .source_event_payload = "\"" + std::string(4000, 'x') + "\""});
    if (started != nullptr) *started = recorder.health().dropped == dropped;
    ids_.push_back(invocation.id());
    return invocation.complete();
  }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }

  // As a replicator does it once the central database has everything.
  void ship() {
    storage::OpenOptions options;
    options.access = storage::Access::read_write;
    options.busy_timeout = std::chrono::seconds(10);
    storage::Database database = storage::open_store(path(), options);
    tables::Outbox outbox(database);
    outbox.trim(outbox.newest());
  }

  [[nodiscard]] std::uint64_t used() const {
    return std::stoull(value(path(),
                             "SELECT (page_count - freelist_count) * page_size FROM"
                             " pragma_page_count, pragma_freelist_count, pragma_page_size"));
  }
  [[nodiscard]] bool has(const std::string& id) const {
    return count("invocations WHERE id = '" + id + "'") == 1;
  }

 private:
  std::vector<std::string> ids_;
};

TEST_CASE("a store that keeps the newest deletes the oldest shipped trees") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::keep_newest));
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(store.record(recorder) == Outcome::stored);
    if (i % 50 == 49) store.ship();
    if (i % 50 == 49) {
      REQUIRE(eventually([&] { return store.used() < kMiB + kMiB / 2; }));
    }
  }
  CHECK(recorder.health().dropped == 0);
  CHECK_FALSE(store.has(store.ids().front()));
  CHECK(store.has(store.ids().back()));
  // The oldest first: what is left is the end of what was recorded, without a gap. One statement
  // asks, since more may be deleted at any moment.
  const std::string left = value(
      store.path(), "SELECT group_concat(id, '') FROM (SELECT id FROM invocations ORDER BY rowid)");
  // About 200 have room, and a machine that is busy deletes some more at once.
  CHECK(left.size() > 50 * store.ids().back().size());
  std::string recorded;
  for (const auto& id : store.ids()) recorded += id;
  CHECK(recorded.ends_with(left));
  CHECK(store.errors().empty());
}

TEST_CASE("what has not been shipped is never deleted; new calls are refused instead") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::keep_newest));
  bool started = true;
  int calls = 0;
  while (started && ++calls < 1000) (void)store.record(recorder, &started);
  REQUIRE_FALSE(started);
  // The 64 calls between two measurements write 160 KB.
  CHECK(store.used() < kMiB + kMiB / 4);
  REQUIRE(store.reported(ErrorKind::full).size() == 1);
  CHECK(store.reported(ErrorKind::full).front().find("maxStoreBytes") != std::string::npos);
  const std::uint64_t dropped = recorder.health().dropped;
  CHECK(store.count("invocations") == static_cast<long>(store.ids().size()) - 1);
  CHECK(store.has(store.ids().front()));

  // What is shipped makes room for what comes, without anybody's help.
  store.ship();
  CHECK(eventually([&] {
    bool taken = false;
    (void)store.record(recorder, &taken);
    return taken;
  }));
  CHECK(eventually([&] { return !store.has(store.ids().front()); }));
  CHECK(recorder.health().dropped >= dropped);
  CHECK(store.count("invocations WHERE status = 'running'") == 0);
}

TEST_CASE("a store is measured by its calls, however few commits they share") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::refuse));
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  const std::string message(4000, 'x');
  constexpr int kCommits = 12;
  for (int commit = 0; commit < kCommits; ++commit) {
    Group group(recorder);
    for (int line = 0; line < 100; ++line) job.log(LogLevel::info, message);
  }
  // One commit of half a megabyte may be on its way when the limit is reached.
  CHECK(store.used() < kMiB + kMiB / 2 + kMiB / 4);
  CHECK(recorder.health().dropped > 0);
  job.complete();
}

TEST_CASE("what the central database may have lost is not deleted before it has been healed") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::keep_newest));
  REQUIRE(store.record(recorder) == Outcome::stored);
  auto database = storage::open_store(store.path(), {.access = storage::Access::read_write,
                                                     .busy_timeout = std::chrono::seconds(10)});
  tables::CentralRecord(database).begin({}, std::nullopt, std::nullopt);
  bool started = true;
  for (int calls = 0; started && calls < 1000; ++calls) {
    (void)store.record(recorder, &started);
    if (calls % 50 == 49) store.ship();
  }
  REQUIRE_FALSE(started);
  store.ship();  // of no use, since a shipped row may be the only one
  (void)store.record(recorder, &started);
  CHECK(store.has(store.ids().front()));

  tables::CentralRecord(database).end();
  CHECK(eventually([&] {
    bool taken = false;
    (void)store.record(recorder, &taken);
    return taken;
  }));
  CHECK(eventually([&] { return !store.has(store.ids().front()); }));
}

TEST_CASE("an unshipped tree among shipped ones stays") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::keep_newest));
  auto running = recorder.start_invocation({.source_function = "running"});
  auto late = recorder.start_invocation({.source_function = "late"});
  for (int i = 0; i < 150; ++i) (void)store.record(recorder);
  store.ship();
  late.complete();  // old, but changed since
  for (int i = 0; i < 128; ++i) (void)store.record(recorder);
  REQUIRE(eventually([&] { return !store.has(store.ids().front()); }));
  CHECK(store.has(running.id()));
  CHECK(store.count("invocations WHERE source_function = 'late'") == 1);
  CHECK(recorder.health().dropped == 0);
}

TEST_CASE("calls continue while a full store is searched") {
  BoundedStore store;
  Options options = store.bounded(WhenFull::keep_newest);
  std::atomic<bool> looking = false;
  std::atomic<bool> released = false;
  std::atomic<bool> released_in_time = false;
  // Trees that may go are looked for by another thread, which asks for the time.
  options.clock = [&, host = std::this_thread::get_id(), clock = options.clock] {
    if (std::this_thread::get_id() != host && !looking.exchange(true)) {
      released_in_time = eventually([&] { return released.load(); });
    }
    return clock();
  };
  Recorder recorder(options);
  for (int i = 0; i < 1000 && !looking; ++i) {
    (void)store.record(recorder);
    if (i % 50 == 49) store.ship();
  }
  REQUIRE(looking);
  for (int i = 0; i < 100; ++i) CHECK(store.record(recorder) == Outcome::stored);
  released = true;
  CHECK(eventually([&] { return !store.has(store.ids().front()); }));
  CHECK(released_in_time);
}

TEST_CASE("a store that refuses keeps what it has, and lets what began come to its end") {
  BoundedStore store;
  Recorder recorder(store.bounded(WhenFull::refuse));
  auto running = recorder.start_invocation({.source_function = "running"});
  auto event = running.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  bool started = true;
  int calls = 0;
  while (started && ++calls < 1000) {
    (void)store.record(recorder, &started);
    store.ship();  // which makes no difference
  }
  REQUIRE_FALSE(started);
  CHECK(store.has(store.ids().front()));
  CHECK(job.log(LogLevel::info, "no room") == Outcome::dropped);
  CHECK(job.complete() == Outcome::stored);
  CHECK(event.complete() == Outcome::stored);
  CHECK(running.complete() == Outcome::stored);
  const std::uint64_t dropped = recorder.health().dropped;
  CHECK(dropped >= 2);
  CHECK(store.reported(ErrorKind::full).size() >= 2);
  recorder.close();
  CHECK(value(store.path(), "SELECT dropped_calls FROM writers") == std::to_string(dropped));
  CHECK(value(store.path(), "SELECT last_drop_reason FROM writers").find("maxStoreBytes") !=
        std::string::npos);
}

std::uint64_t log_size(const RecordedStore& store) {
  return std::filesystem::file_size(store.side_file("-wal"));
}

TEST_CASE("the write-ahead log stays within its bound at full speed") {
  RecordedStore store;
  Options options = store.options();
  options.max_wal_bytes = 2 * kMiB;
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  constexpr int kThreads = 4;
  constexpr int kLines = 500;
  std::vector<JobExecution> jobs;
  for (int i = 0; i < kThreads; ++i) jobs.push_back(event.start_job({.job_name = "j"}));
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> largest(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const auto n = static_cast<std::size_t>(i);
      const std::string message(8000, 'x');
      for (int line = 0; line < kLines; ++line) {
        jobs[n].log(LogLevel::info, message);
        largest[n] = std::max(largest[n], log_size(store));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(*std::max_element(largest.begin(), largest.end()) < 3 * kMiB);
  CHECK(store.errors().empty());
  CHECK(store.count("job_logs") == kThreads * kLines);
  for (auto& job : jobs) job.complete();
}

TEST_CASE("a reader that stays is reported, and the log shrinks when it has left") {
  RecordedStore store;
  Options options = store.options();
  options.max_wal_bytes = 1 * kMiB;
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  Process reader = staying_process({"read", store.path()});
  const std::string message(500'000, 'x');
  REQUIRE(eventually(
      [&] {
        job.log(LogLevel::info, message);
        return !store.reported(ErrorKind::busy).empty();
      },
      std::chrono::seconds(60)));
  CHECK(store.reported(ErrorKind::busy).front().find("a reader keeps") != std::string::npos);
  CHECK(store.reported(ErrorKind::busy).size() == 1);
  CHECK(log_size(store) > 4 * kMiB);
  reader.kill();
  CHECK(eventually([&] {
    job.log(LogLevel::info, "x");
    return log_size(store) < 2 * kMiB;
  }));
  CHECK(recorder.health().dropped == 0);
  CHECK(eventually([&] { return recorder.health().wal_bytes < 2 * kMiB; }));
  job.complete();
}

TEST_CASE("the log is emptied in a pause of the host") {
  RecordedStore store;
  Options options = store.options();
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({});
  auto event = invocation.start_event({.event_name = "e"});
  auto job = event.start_job({.job_name = "j"});
  const std::string message(500'000, 'x');
  while (recorder.health().wal_bytes < 6 * kMiB) job.log(LogLevel::info, message);
  // Once all of it is in the store file, the next commit starts the log from its beginning.
  REQUIRE(eventually([&] { return std::filesystem::file_size(store.path()) > 5 * kMiB; }));
  CHECK(eventually([&] {
    job.log(LogLevel::info, "x");
    return recorder.health().wal_bytes < kMiB;
  }));
  job.complete();
}

}  // namespace
}  // namespace edo::testing
