// A disk that takes long: calls wait for none of its syncs but those that they have asked for, the
// write-ahead log keeps its bound or that is reported, and closing ends in time.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "edo/recorder.hpp"
#include "support/fault_vfs.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

namespace edo::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// Far longer than a call may wait, so that a busy machine cannot be taken for this disk.
constexpr milliseconds kSync{2000};
constexpr milliseconds kFarTooLong{1500};

struct SlowStore {
  SlowStore() {
    options.store = directory / "telemetry.db";
    options.max_wal_bytes = kMiB;
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(mutex);
      errors.push_back(error);
    };
  }

  [[nodiscard]] std::vector<std::string> told() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> texts;
    for (const Error& error : errors) texts.emplace_back(error.what());
    return texts;
  }
  [[nodiscard]] std::uint64_t log_bytes() const {
    return std::filesystem::file_size(options.store + "-wal");
  }

  FaultVfs vfs;
  TemporaryDirectory directory;
  Options options;
  std::mutex mutex;
  std::vector<Error> errors;
};

// A host that records without a pause.
struct Host {
  explicit Host(Recorder& recorder)
      : invocation(recorder.start_invocation({.source_function = "slow"})),
        event(invocation.start_event({.event_name = "e"})),
        job(event.start_job({.job_name = "j"})) {}

  // How long it took.
  milliseconds log() {
    const auto began = steady_clock::now();
    const Outcome outcome = job.log(LogLevel::info, std::string(2000, 'x'));
    const auto took = steady_clock::now() - began;
    acknowledged += outcome == Outcome::stored;
    kept += outcome == Outcome::queued;
    return std::chrono::duration_cast<milliseconds>(took);
  }

  Invocation invocation;
  EventExecution event;
  JobExecution job;
  std::int64_t acknowledged = 0;
  std::int64_t kept = 0;
};

TEST_CASE("no call waits for a sync that it has not asked for") {
  SlowStore store;
  Recorder recorder(store.options);
  Host host(recorder);
  store.vfs.slow_down(kSync, 500);
  std::uint64_t largest = 0;
  milliseconds longest{0};
  // Long enough for the log to be begun anew some times.
  const auto end = steady_clock::now() + seconds(20);
  while (steady_clock::now() < end) {
    longest = std::max(longest, host.log());
    largest = std::max(largest, store.log_bytes());
  }
  INFO("the longest call took " << longest.count() << " ms");
  CHECK(longest < kFarTooLong);
  // It goes on growing by what calls store that have waited as long as a call may.
  CHECK(largest < 2 * kMiB);
  CHECK(recorder.health().dropped == 0);
  const auto told = store.told();
  CHECK(std::any_of(told.begin(), told.end(), [](const std::string& text) {
    return text.find("the disk took") != std::string::npos;
  }));
  CHECK(std::none_of(told.begin(), told.end(), [](const std::string& text) {
    return text.find("a reader") != std::string::npos;
  }));
  store.vfs.heal();
  recorder.close();
  CHECK(count(store.options.store, "job_logs") == host.acknowledged + host.kept);
}

TEST_CASE("fork() does not wait for a disk") {
  SlowStore store;
  Recorder recorder(store.options);
  Host host(recorder);
  store.vfs.slow_down(kSync, 500);
  milliseconds longest{0};
  const auto end = steady_clock::now() + seconds(8);
  while (steady_clock::now() < end) {
    host.log();
    const auto began = steady_clock::now();
    const pid_t child = fork();
    if (child == 0) _exit(0);
    longest =
        std::max(longest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - began));
    REQUIRE(waitpid(child, nullptr, 0) == child);
  }
  INFO("the longest fork() took " << longest.count() << " ms");
  CHECK(longest < kFarTooLong);
  store.vfs.heal();
}

TEST_CASE("closing a store on a slow disk ends in time and says what is left") {
  SlowStore store;
  store.options.max_wal_bytes = 64 * kMiB;
  std::int64_t acknowledged = 0;
  {
    Recorder recorder(store.options);
    Host host(recorder);
    while (recorder.health().wal_bytes < 3 * kMiB) host.log();
    acknowledged = host.acknowledged;
    host.job.complete();
    host.event.complete();
    host.invocation.complete();
    store.vfs.slow_down(seconds(6), 500);
    const auto began = steady_clock::now();
    const Health left = recorder.close(milliseconds(500));
    CHECK(steady_clock::now() - began < seconds(3));
    CHECK(left.wal_bytes > 0);
    CHECK(left.queued == 0);
    CHECK(left.dropped == 0);
  }
  // What is left in the log is as safe as ever.
  {
    const FaultVfs::Spared spared;
    CHECK(count(store.options.store, "job_logs") == acknowledged);
    CHECK(count(store.options.store, "writers WHERE outcome = 'closed'") == 1);
  }
  // The rest is done as long as the process lives.
  const auto is_whole = [&] {
    const FaultVfs::Spared spared;
    const std::string copy = store.directory / "copy.db";
    std::filesystem::copy_file(store.options.store, copy,
                               std::filesystem::copy_options::overwrite_existing);
    try {
      return count(copy, "job_logs") == acknowledged && integrity(copy) == "ok";
    } catch (const Error&) {
      return false;  // It is being written at this moment.
    }
  };
  CHECK(eventually(is_whole, seconds(60)));
  CHECK(store.told().empty());
}

}  // namespace
}  // namespace edo::testing
