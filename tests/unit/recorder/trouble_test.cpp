// The store cannot take what is recorded: somebody else writes, the file is gone, the disk is full.
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "storage/noted_drops.hpp"
#include "storage/reserve.hpp"
#include "storage/store.hpp"
#include "support/small_disk.hpp"
#include "support/wait.hpp"
#include "tables/outbox.hpp"
#include "unit/recorder/child.hpp"
#include "unit/recorder/other_process.hpp"
#include "unit/recorder/recorded_store.hpp"

namespace edo::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// An invocation with a job to log to.
struct RunningJob {
  explicit RunningJob(Recorder& recorder)
      : invocation(recorder.start_invocation({.source_function = "f"})),
        event(invocation.start_event({.event_name = "e"})) {
    event.detected();
    job = event.start_job({.job_name = "j"});
  }
  Invocation invocation;
  EventExecution event;
  JobExecution job;
};

ino_t inode_of(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

void remove_store(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-reserve"}) fs::remove(path + suffix);
}

TEST_CASE("calls wait in memory while another process writes, and are stored in order") {
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = milliseconds(100);
  Recorder recorder(options);
  RunningJob running(recorder);
  const std::string job = running.job.id();
  const std::uint64_t stored_before = recorder.health().stored;
  running.job.log(LogLevel::info, "0");

  Process holder = staying_process({"write", store.path()});
  constexpr int kCalls = 2500;  // more than one transaction takes
  const auto start = steady_clock::now();
  for (int i = 1; i < kCalls; ++i) {
    REQUIRE(running.job.log(LogLevel::info, std::to_string(i)) == Outcome::queued);
  }
  // Not every one of them has waited for the lock.
  CHECK(steady_clock::now() - start < kCalls * options.busy_timeout / 2);
  CHECK(recorder.health().queued == kCalls - 1);
  CHECK(store.lines(job).size() == 1);
  REQUIRE(store.reported(ErrorKind::busy).size() == 1);  // once for all of them
  CHECK(store.reported(ErrorKind::busy).front().find(store.path()) != std::string::npos);

  holder.kill();
  SECTION("by a later call") {
    CHECK(eventually([&] { return running.job.log(LogLevel::warn, "later") == Outcome::stored; }));
  }
  SECTION("by the recorder itself, without any later call") {
    CHECK(eventually([&] { return recorder.health().queued == 0; }));
  }
  SECTION("when the recorder is closed") { recorder.close(); }
  const Health health = recorder.health();
  CHECK(health.queued == 0);
  CHECK(health.dropped == 0);
  CHECK(health.stored >= stored_before + kCalls);
  const auto lines = store.lines(job);
  REQUIRE(lines.size() >= kCalls);
  for (std::size_t i = 0; i < kCalls; ++i) REQUIRE(lines[i].at("message") == std::to_string(i));
  const auto shipped = rows(store.path(),
                            "SELECT l.message FROM outbox o JOIN job_logs l ON l.id = o.row"
                            " WHERE o.entity = 'job_logs' ORDER BY o.seq");
  REQUIRE(shipped.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    REQUIRE(shipped[i].at("message") == lines[i].at("message"));
  }
  CHECK(store.count("writers WHERE dropped_calls > 0") == 0);
}

TEST_CASE("a whole invocation recorded while the store is busy is stored afterwards") {
  RecordedStore store;
  Options options = store.timed_options();
  options.busy_timeout = milliseconds(10);
  Recorder recorder(options);
  Process holder = staying_process({"write", store.path()});
  std::string id;
  {
    RunningJob running(recorder);
    id = running.invocation.id();
    store.pass_ms(5);
    CHECK(running.job.complete() == Outcome::queued);
    CHECK(running.event.complete() == Outcome::queued);
    CHECK(running.invocation.complete() == Outcome::queued);
  }
  const std::string ended = store.now();
  store.pass_ms(60'000);
  holder.kill();
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  const Row row = store.invocation(id);
  CHECK(row.at("status") == "completed");
  CHECK(row.at("total_jobs_succeeded") == "1");
  CHECK(row.at("total_duration_ms") == "5");
  CHECK(row.at("completed_at") == ended);  // when it happened, not when it was stored
  CHECK(row.at("writer_id") == value(store.path(), "SELECT id FROM writers"));
}

TEST_CASE("a recorder may be opened while another process writes") {
  RecordedStore store;
  { const Recorder recorder(store.options()); }
  Process holder = staying_process({"write", store.path()});
  Options options = store.options();
  options.busy_timeout = milliseconds(10);
  Recorder recorder(options);
  auto invocation = recorder.start_invocation({});
  CHECK(invocation.complete() == Outcome::queued);
  holder.kill();
  CHECK(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(recorder.health().stored == 2);
  CHECK(store.count("invocations i JOIN writers w ON w.id = i.writer_id AND w.ended_at IS NULL") ==
        1);
}

TEST_CASE(
    "beyond the bound of the queue, calls are dropped, counted, reported and noted in the store") {
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = milliseconds(10);
  options.max_queue_bytes = 50'000;
  Recorder recorder(options);
  RunningJob running(recorder);
  const std::string job = running.job.id();
  const std::uint64_t calls_before = recorder.health().stored;
  Process holder = staying_process({"write", store.path()});
  constexpr std::uint64_t kCalls = 100;
  std::uint64_t queued = 0;
  std::uint64_t dropped = 0;
  for (std::uint64_t i = 0; i < kCalls; ++i) {
    const Outcome outcome = running.job.log(LogLevel::info, std::string(1000, 'x'));
    queued += outcome == Outcome::queued;
    dropped += outcome == Outcome::dropped;
  }
  CHECK(queued + dropped == kCalls);
  CHECK(queued > 10);
  CHECK(dropped > 10);
  CHECK(recorder.health().queued == queued);
  CHECK(recorder.health().dropped == dropped);
  CHECK(store.reported(ErrorKind::full).size() == dropped);
  CHECK(store.reported(ErrorKind::full).front().find("maxQueueBytes") != std::string::npos);

  holder.kill();
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  REQUIRE(eventually([&] { return store.count("writers WHERE dropped_calls > 0") == 1; }));
  const Row writer = store.row("SELECT * FROM writers");
  CHECK(writer.at("dropped_calls") == std::to_string(dropped));
  CHECK(writer.at("last_drop_reason").find("maxQueueBytes") != std::string::npos);
  CHECK(base::parse_timestamp(writer.at("last_drop_at")));
  CHECK(store.lines(job).size() == queued);
  CHECK(recorder.health().stored == calls_before + queued);
  CHECK(recorder.health().dropped == dropped);
}

TEST_CASE("a single call that is lost is noted without any later call, and also at the end") {
  RecordedStore store;
  auto recorder = std::make_unique<Recorder>(store.options());
  auto invocation = recorder->start_invocation({});
  {
    storage::Database other(store.path(), {.access = storage::Access::read_write});
    other.execute("DELETE FROM invocations");
  }
  CHECK(invocation.complete() == Outcome::dropped);
  CHECK(recorder->health().dropped == 1);
  const bool at_the_end = GENERATE(false, true);
  if (at_the_end) {
    recorder.reset();
    CHECK(store.count("writers WHERE dropped_calls = 1") == 1);
  } else {
    CHECK(eventually([&] { return store.count("writers WHERE dropped_calls = 1") == 1; }));
  }
}

TEST_CASE("a store that is removed is made anew") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto old = recorder.start_invocation({.source_function = "old"});
  remove_store(store.path());
  auto fresh = recorder.start_invocation({.source_function = "new"});
  CHECK(fresh.complete() == Outcome::stored);
  // The row that this would end is not there.
  CHECK(old.complete() == Outcome::dropped);
  CHECK(store.count("invocations WHERE source_function = 'new'") == 1);
  CHECK(store.count("invocations") == 1);
  CHECK(store.count("writers WHERE ended_at IS NULL") == 1);
  REQUIRE(store.reported(ErrorKind::io).size() == 1);
  CHECK(store.reported(ErrorKind::io).front().find("moved, replaced or deleted") !=
        std::string::npos);
  CHECK(store.reported(ErrorKind::invalid_argument).size() == 1);
}

TEST_CASE("a store that is moved between calls is whole before the next one") {
  RecordedStore store;
  Recorder recorder(store.options());
  REQUIRE(recorder.start_invocation({.source_function = "old"}).complete() == Outcome::stored);
  const std::string moved = store.directory() / "moved.sqlite";
  fs::rename(store.path(), moved);
  REQUIRE(eventually([&] { return store.reported(ErrorKind::io).size() == 1; }));
  // There is no log beside it that could have the row.
  CHECK(count(moved, "invocations WHERE status = 'completed'") == 1);
  CHECK_FALSE(fs::exists(store.side_file("-wal")));
}

// A clock that fails, for the calling thread, stands for whatever else the system may refuse,
// memory before all.
Options with_clock_that_breaks(RecordedStore& store, const std::atomic<bool>& broken) {
  Options options = store.options();
  options.clock = [&broken, host = std::this_thread::get_id()] {
    if (broken && std::this_thread::get_id() == host) throw std::runtime_error("no time");
    return base::timestamp(base::Clock::system().now());
  };
  return options;
}

TEST_CASE("a call that fails for another reason than the store's is counted") {
  RecordedStore store;
  std::atomic<bool> broken{false};
  Recorder recorder(with_clock_that_breaks(store, broken));
  auto invocation = recorder.start_invocation({.source_function = "f"});
  broken = true;
  CHECK(invocation.complete() == Outcome::dropped);
  broken = false;
  CHECK(recorder.health().dropped == 1);
  CHECK_FALSE(store.reported(ErrorKind::io).empty());
  recorder.close();
  CHECK(value(store.path(), "SELECT dropped_calls FROM writers") == "1");
  CHECK(value(store.path(), "SELECT last_drop_reason FROM writers") == "record: no time");
}

TEST_CASE("a transaction that fails for another reason than the store's loses all of it") {
  RecordedStore store;
  std::atomic<bool> broken{false};
  Recorder recorder(with_clock_that_breaks(store, broken));
  auto gone = recorder.start_invocation({.source_function = "gone"});
  {
    storage::OpenOptions writing;
    writing.access = storage::Access::read_write;
    storage::open_store(store.path(), writing).execute("DELETE FROM invocations");
  }
  const std::uint64_t stored = recorder.health().stored;
  Group group(recorder);
  auto first = recorder.start_invocation({.source_function = "first"});
  (void)gone.complete();  // This is lost, and the time of the loss cannot be told.
  broken = true;
  CHECK(group.commit() == Outcome::dropped);
  broken = false;
  CHECK(store.count("invocations") == 0);
  CHECK(recorder.health().stored == stored);
  CHECK(recorder.health().dropped == 2);
  recorder.close();
  CHECK(value(store.path(), "SELECT dropped_calls FROM writers") == "2");
}

TEST_CASE("what a process of another container left running becomes crashed once it is gone") {
  RecordedStore store;
  Process process = staying_process({"linger", store.path(), "theirs"});
  {
    storage::OpenOptions writing;
    writing.access = storage::Access::read_write;
    storage::open_store(store.path(), writing).execute("UPDATE writers SET pid_namespace = 1");
  }
  Recorder(store.options()).close();
  CHECK(store.count("invocations WHERE status = 'running'") == 1);
  process.kill();
  (void)process.wait();
  Recorder(store.options()).close();
  CHECK(store.count("invocations WHERE status = 'crashed'") == 1);
}

TEST_CASE("a store that is replaced by that of another process is used, and so is its log") {
  RecordedStore store;
  RecordedStore other;
  Recorder recorder(store.options());
  auto old = recorder.start_invocation({.source_function = "old"});
  Process process = staying_process({"linger", other.path(), "theirs"});
  // Its last commits are in the log only, so a log that is deleted is a row that is lost.
  for (const char* suffix : {"-wal", "-shm", ""})
    fs::rename(other.side_file(suffix), store.side_file(suffix));
  const ino_t log = inode_of(store.side_file("-wal"));
  REQUIRE(log != 0);
  auto ours = recorder.start_invocation({.source_function = "ours"});
  CHECK(ours.complete() == Outcome::stored);
  CHECK(inode_of(store.side_file("-wal")) == log);
  CHECK(store.count("invocations WHERE source_function IN ('theirs', 'ours')") == 2);
  recorder.close();
  process.kill();
  CHECK(store.count("invocations") == 2);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("a directory that goes away and comes back") {
  RecordedStore store;
  Options options = store.options();
  options.store = store.directory() / "data/telemetry.db";
  fs::create_directory(store.directory() / "data");
  Recorder recorder(options);
  auto before = recorder.start_invocation({.source_function = "before"});
  before.complete();
  fs::rename(store.directory() / "data", store.directory() / "gone");
  auto during = recorder.start_invocation({.source_function = "during"});
  CHECK(during.complete() == Outcome::queued);
  CHECK(recorder.health().queued == 2);
  fs::create_directory(store.directory() / "data");
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(count(options.store, "invocations WHERE status = 'completed'") == 1);
  CHECK(count(store.directory() / "gone/telemetry.db", "invocations") == 1);
}

TEST_CASE("the log of a store that was moved away when its hosts were dead is kept") {
  RecordedStore store;
  REQUIRE(ending(in_child([&] {
            Recorder recorder(store.options());
            auto invocation = recorder.start_invocation({.source_function = "dead"});
            raise(invocation.complete() == Outcome::stored ? SIGKILL : SIGTERM);
            return 0;
          })) == "signal 9");
  const std::string moved = store.directory() / "moved.db";
  fs::rename(store.path(), moved);
  Recorder recorder(store.options());
  (void)recorder.start_invocation({.source_function = "new"});
  CHECK(store.count("invocations") == 1);
  REQUIRE(store.reported(ErrorKind::io).size() == 1);
  CHECK(store.reported(ErrorKind::io).front().find("-wal-left") != std::string::npos);
  fs::rename(store.side_file("-wal-left"), moved + "-wal");
  CHECK(count(moved, "invocations WHERE source_function = 'dead'") == 1);
}

TEST_CASE("a store behind a link is set aside where it is, and the link stays") {
  RecordedStore store;
  const std::string real = store.directory() / "real.db";
  fs::create_symlink(real, store.path());
  Recorder recorder(store.options());
  (void)recorder.start_invocation({.source_function = "before"});
  fs::resize_file(real + "-wal", 0);
  REQUIRE(eventually([&] {
    (void)recorder.start_invocation({.source_function = "after"});
    return !store.reported(ErrorKind::io).empty();
  }));
  (void)recorder.start_invocation({.source_function = "last"});
  CHECK(fs::is_symlink(store.path()));
  CHECK(fs::is_regular_file(real));
  CHECK(store.count("invocations WHERE source_function = 'last'") == 1);
  const auto is_aside = [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename();
    return name.starts_with("real.db-cut-") && entry.is_regular_file();
  };
  const fs::directory_iterator files(store.directory().path());
  CHECK(std::any_of(begin(files), end(files), is_aside));
}

TEST_CASE("a store whose -shm was removed is opened again once everybody has left it") {
  RecordedStore store;
  Recorder recorder(store.options());
  (void)recorder.start_invocation({.source_function = "before"});
  Process process = staying_process({"linger", store.path(), "theirs"});
  REQUIRE(process.stop());
  fs::remove(store.side_file("-shm"));
  auto during = recorder.start_invocation({.source_function = "during"});
  CHECK(during.started() == Outcome::queued);
  CHECK_FALSE(fs::exists(store.side_file("-shm")));
  REQUIRE(kill(process.pid(), SIGCONT) == 0);
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  recorder.close();
  process.kill();
  (void)process.wait();
  CHECK(store.count("invocations") == 3);
  CHECK(integrity(store.path()) == "ok");
  for (const auto& entry : fs::directory_iterator(store.directory().path())) {
    CAPTURE(entry.path());
    CHECK(entry.path().string().find("-rescued-") == std::string::npos);
  }
}

// Puts a copy without its log in the place of a store, which stays at the path that it returns.
std::string replace_by_copy(const RecordedStore& store) {
  const std::string copy = store.directory() / "copy.db";
  const std::string old = store.directory() / "old.db";
  fs::copy_file(store.path(), copy);
  fs::create_hard_link(store.path(), old);
  fs::rename(copy, store.path());
  return old;
}

TEST_CASE("a store is not opened with the log of the one that it replaces until that is left") {
  RecordedStore store;
  Recorder(store.options()).close();
  Process process = staying_process({"linger", store.path(), "theirs"});
  REQUIRE(process.stop());
  const std::string old = replace_by_copy(store);
  Recorder recorder(store.options());
  auto ours = recorder.start_invocation({.source_function = "ours"});
  CHECK(ours.complete() == Outcome::queued);
  REQUIRE(kill(process.pid(), SIGCONT) == 0);
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  process.kill();
  (void)process.wait();
  recorder.close();
  CHECK(store.count("invocations WHERE source_function = 'ours'") == 1);
  CHECK(integrity(store.path()) == "ok");
  CHECK_FALSE(fs::exists(store.side_file("-wal-left")));
  CHECK(count(old, "invocations WHERE source_function = 'theirs'") == 1);
  CHECK(integrity(old) == "ok");
}

TEST_CASE(
    "a log that its hosts do not leave is taken over as a copy, and only if that is asked for") {
  using OthersLog = storage::OpenOptions::OthersLog;
  RecordedStore store;
  Process process = staying_process({"linger", store.path(), "theirs"});
  REQUIRE(process.stop());
  fs::remove(store.side_file("-shm"));
  const ino_t log = inode_of(store.side_file("-wal"));
  storage::OpenOptions open{.access = storage::Access::read_write,
                            .busy_timeout = milliseconds(50)};
  for (const OthersLog others : {OthersLog::wait, OthersLog::refuse}) {
    open.others_log = others;
    CHECK_THROWS_WITH(storage::open_store(store.path(), open),
                      Catch::Contains("was removed while"));
    CHECK_FALSE(fs::exists(store.side_file("-shm")));
  }
  open.others_log = OthersLog::take_over;
  {
    storage::Database database = storage::open_store(store.path(), open);
    CHECK(inode_of(store.side_file("-wal")) != log);
    CHECK(database.integer("SELECT count(*) FROM invocations") == 1);
    database.execute("UPDATE invocations SET source_function = 'seen'");
  }
  process.kill();
  (void)process.wait();
  CHECK(store.count("invocations WHERE source_function = 'seen'") == 1);
  CHECK(integrity(store.path()) == "ok");
}

TEST_CASE("the log of dead hosts is not written into what replaces their store") {
  RecordedStore store;
  Recorder(store.options()).close();
  Process process = staying_process({"linger", store.path(), "theirs"});
  process.kill();
  (void)process.wait();
  const std::string old = replace_by_copy(store);
  CHECK_THROWS_WITH(open_to_look(store.path()),
                    Catch::Contains("belongs to a file that was moved away or replaced"));
  Recorder recorder(store.options());
  auto ours = recorder.start_invocation({.source_function = "ours"});
  CHECK(ours.complete() == Outcome::stored);
  REQUIRE(store.reported(ErrorKind::io).size() == 1);
  CHECK(store.reported(ErrorKind::io).front().find("-wal-left") != std::string::npos);
  recorder.close();
  CHECK(store.count("invocations") == 1);
  CHECK(integrity(store.path()) == "ok");
  fs::rename(store.side_file("-wal-left"), old + "-wal");
  CHECK(count(old, "invocations WHERE source_function = 'theirs'") == 1);
}

TEST_CASE("a log that moves with its store, or is copied with it, is its own") {
  RecordedStore store;
  Process process = staying_process({"linger", store.path(), "theirs"});
  process.kill();
  (void)process.wait();
  const std::string moved = store.directory() / "moved.db";
  for (const char* suffix : {"", "-wal"}) {
    fs::copy_file(store.side_file(suffix), store.directory() / "copied.db" + suffix);
    fs::rename(store.side_file(suffix), moved + suffix);
  }
  CHECK(count(moved, "invocations") == 1);
  CHECK(count(store.directory() / "copied.db", "invocations") == 1);
}

// As some rotations of logs do, which copy a file and empty it.
TEST_CASE("files that are emptied under a recorder") {
  RecordedStore store;
  Recorder recorder(store.options());
  auto before = recorder.start_invocation({.source_function = "before"});
  REQUIRE(before.complete() == Outcome::stored);
  const auto is_reported = [&](const std::string& what) {
    const auto all = store.reported(ErrorKind::io);
    return std::any_of(all.begin(), all.end(), [&](const std::string& text) {
      return text.find(what) != std::string::npos;
    });
  };
  // What is not seen before a call begins is seen after a hundredth of a second.
  const auto record_until_reported = [&](const std::string& what) {
    REQUIRE(eventually([&] {
      auto invocation = recorder.start_invocation({.source_function = "after"});
      (void)invocation.complete();
      return is_reported(what);
    }));
    auto last = recorder.start_invocation({.source_function = "last"});
    CHECK(last.complete() == Outcome::stored);
  };
  SECTION("the store: a new one is begun") {
    fs::resize_file(store.path(), 0);
    record_until_reported("was emptied");
    CHECK(store.count("invocations WHERE source_function = 'before'") == 0);
  }
  SECTION("the store, and another process writes behind its end: the cache proves nothing") {
    storage::Database(store.path(), {.access = storage::Access::read_write})
        .execute("PRAGMA wal_checkpoint(RESTART)");
    REQUIRE(recorder.start_invocation({}).started() == Outcome::stored);
    const auto size = fs::file_size(store.path());
    fs::resize_file(store.path(), 0);
    fs::resize_file(store.path(), size);
    record_until_reported("was emptied");
    CHECK(store.count("invocations WHERE source_function = 'before'") == 0);
  }
  SECTION("the log: what is left of the store is kept, and a new one begun") {
    fs::resize_file(store.side_file("-wal"), 0);
    record_until_reported("was truncated");
    int kept = 0;
    for (const auto& file : fs::directory_iterator(store.directory().path())) {
      const std::string name = file.path().filename();
      kept += name.find("-cut-") != std::string::npos && !name.ends_with("-wal");
    }
    CHECK(kept == 1);
  }
  SECTION("the log, when all of it is in the store: nothing happens") {
    storage::Database(store.path(), {.access = storage::Access::read_write})
        .execute("PRAGMA wal_checkpoint(PASSIVE)");
    fs::resize_file(store.side_file("-wal"), 0);
    auto after = recorder.start_invocation({.source_function = "after"});
    CHECK(after.complete() == Outcome::stored);
    CHECK(store.count("invocations") == 2);
    CHECK(recorder.health().dropped == 0);
  }
  SECTION("the index of the log: it is made again") {
    // The next call looks at it first.
    std::this_thread::sleep_for(milliseconds(20));
    fs::resize_file(store.side_file("-shm"), 0);
    auto after = recorder.start_invocation({.source_function = "last"});
    CHECK(after.complete() == Outcome::stored);
    CHECK(is_reported("its -shm file was truncated while it was open; nothing was lost"));
    CHECK(store.count("invocations") == 2);
    CHECK(recorder.health().dropped == 0);
  }
  CHECK(integrity(store.path()) == "ok");
  recorder.close();
  CHECK(integrity(store.path()) == "ok");
  CHECK(store.count("invocations WHERE source_function IN ('last', 'after')") > 0);
}

TEST_CASE("a file that is no longer a store is not written to") {
  RecordedStore store;
  Recorder recorder(store.options());
  recorder.start_invocation({}).complete();
  remove_store(store.path());
  const std::string text(5000, 'x');
  write_file(store.path(), text);
  auto invocation = recorder.start_invocation({});
  CHECK(invocation.complete() == Outcome::queued);
  CHECK(store.reported(ErrorKind::corrupt).size() == 1);
  CHECK(read_file(store.path()) == text);
  fs::remove(store.path());
  CHECK(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(store.count("invocations WHERE status = 'completed'") == 1);
}

TEST_CASE(
    "a full disk: the host continues, drops are noted, everything recovers when space returns") {
  SmallDisk disk("6m");
  RecordedStore errors;
  Options options = errors.options();
  options.store = disk / "telemetry.db";
  options.max_queue_bytes = 200'000;
  std::uint64_t calls = 0;
  Recorder recorder(options);
  auto running = std::make_unique<RunningJob>(recorder);
  const std::string job = running->job.id();
  CHECK(fs::file_size(disk / "telemetry.db-reserve") == storage::kReserveBytes);
  disk.fill();
  std::uint64_t stored = 0;
  std::uint64_t queued = 0;
  std::uint64_t dropped = 0;
  const auto log = [&] {
    ++calls;
    const Outcome outcome = running->job.log(LogLevel::info, std::string(1000, 'x'));
    stored += outcome == Outcome::stored;
    queued += outcome == Outcome::queued;
    dropped += outcome == Outcome::dropped;
  };
  while (dropped < 50) log();
  REQUIRE(queued > 0);
  CHECK(errors.reported(ErrorKind::full).size() >= 51);

  // The disk is still full, but the loss is in the store.
  REQUIRE(eventually([&] {
    log();
    return value(options.store, "SELECT dropped_calls FROM writers") != "0";
  }));
  CHECK(fs::file_size(disk / "telemetry.db-reserve") > 0);
  CHECK(recorder.health().queued > 0);

  disk.make_space();
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  REQUIRE(eventually([&] {
    return value(options.store, "SELECT dropped_calls FROM writers") == std::to_string(dropped);
  }));
  CHECK(stored + queued + dropped == calls);
  CHECK(recorder.health().dropped == dropped);
  CHECK(static_cast<std::uint64_t>(count(
            options.store, "job_logs WHERE job_execution_id = '" + job + "'")) == stored + queued);
  CHECK(eventually(
      [&] { return fs::file_size(disk / "telemetry.db-reserve") == storage::kReserveBytes; }));
  CHECK(running->job.complete() == Outcome::stored);
  running.reset();
  recorder.close();
  CHECK(integrity(options.store) == "ok");
}

TEST_CASE("dropped calls that the store cannot note are noted beside it, for the next recorder") {
  RecordedStore store;
  Options options = store.options();
  options.busy_timeout = milliseconds(20);
  std::optional<Process> holder;
  {
    Recorder recorder(options);
    RunningJob running(recorder);
    holder.emplace(staying_process({"write", store.path()}));
    for (int i = 0; i < 5; ++i) {
      CHECK(running.job.log(LogLevel::info, "x") == Outcome::queued);
    }
    const auto began = steady_clock::now();
    const Health left = recorder.close(milliseconds(2000));
    CHECK(steady_clock::now() - began < std::chrono::seconds(5));
    CHECK(left.dropped == 5);
    CHECK(left.queued == 0);
  }
  const auto noted = storage::noted_drops(store.path());
  REQUIRE(noted.size() == 1);
  CHECK(noted.front().recorder == 1);
  holder->kill();
  { const Recorder next(options); }
  CHECK(storage::noted_drops(store.path()).empty());
  const Row writer = store.row("SELECT dropped_calls, last_drop_reason FROM writers WHERE id = 1");
  // The ends that the handles wrote after close() were refused and are not among them.
  CHECK(writer.at("dropped_calls") == "5");
  CHECK(writer.at("last_drop_reason").find("could not be stored") != std::string::npos);
}

TEST_CASE("a disk that the log has filled is freed, and recording continues") {
  SmallDisk disk("6m");
  RecordedStore errors;
  Options options = errors.options();
  options.store = disk / "telemetry.db";
  Recorder recorder(options);
  auto running = std::make_unique<RunningJob>(recorder);
  std::int64_t calls = 0;
  const auto log = [&](std::size_t bytes) {
    ++calls;
    return running->job.log(LogLevel::info, std::string(bytes, 'x'));
  };
  SECTION("by itself") {
    // The same pages again and again: little for the store file, much for the log.
    while (calls < 3000) CHECK(log(20) != Outcome::dropped);
  }
  SECTION("while somebody reads, until he has left") {
    Process reader = staying_process({"read", options.store});
    REQUIRE(eventually([&] { return log(20) == Outcome::queued; }, std::chrono::seconds(60)));
    CHECK(errors.reported(ErrorKind::full).size() == 1);
    reader.kill();
    CHECK(eventually([&] { return log(20) == Outcome::stored; }));
  }
  REQUIRE(eventually([&] { return recorder.health().queued == 0; }));
  CHECK(recorder.health().dropped == 0);
  CHECK(count(options.store, "job_logs") == calls);
  running.reset();
  recorder.close();
  CHECK(integrity(options.store) == "ok");
  CHECK(fs::file_size(disk / "telemetry.db-reserve") == storage::kReserveBytes);
}

TEST_CASE("a store that has filled its disk makes room of what has been shipped") {
  SmallDisk disk("6m");
  RecordedStore errors;
  Options options = errors.options();
  options.store = disk / "telemetry.db";
  Recorder recorder(options);
  const auto record = [&] {
    RunningJob running(recorder);
    return running.job.log(LogLevel::info, std::string(20'000, 'x'));
  };
  const auto is_at_rest = [&] { return recorder.health().queued == 0; };
  do {
    (void)record();
  } while (eventually(is_at_rest, milliseconds(1500)));
  const long recorded = count(options.store, "invocations");
  CHECK(recorded > 50);
  // All that is left is still to be shipped.
  CHECK(recorder.health().dropped == 0);
  {
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    storage::Database database(options.store, open);
    storage::with_headroom(options.store, [&] {
      tables::Outbox outbox(database);
      (void)outbox.trim(outbox.newest());
    });
  }
  REQUIRE(eventually(is_at_rest));
  for (int i = 0; i < 100; ++i) {
    (void)record();
    REQUIRE(eventually(is_at_rest));
    if (i % 10 != 9) continue;
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    storage::Database database(options.store, open);
    tables::Outbox outbox(database);
    storage::with_headroom(options.store, [&] { (void)outbox.trim(outbox.newest()); });
  }
  CHECK(recorder.health().dropped == 0);
  recorder.close();
  CHECK(integrity(options.store) == "ok");
}

TEST_CASE("a disk that is full or read-only from the start is reported at once") {
  SmallDisk disk("1m");
  RecordedStore errors;
  Options options = errors.options();
  options.store = disk / "telemetry.db";
  const auto kind = [&] {
    try {
      const Recorder recorder(options);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::closed;
  };
  SECTION("full") {
    disk.fill();
    CHECK(kind() == ErrorKind::full);
    disk.make_space();
    CHECK_NOTHROW(Recorder(options));
  }
  SECTION("read-only") {
    { const Recorder recorder(options); }
    disk.make_read_only();
    CHECK(kind() == ErrorKind::io);
  }
}

}  // namespace
}  // namespace edo::testing
