// Every call that SQLite makes to the operating system fails once, some times, or until the end,
// while a host records. The host goes on, what it was told is stored stays stored, and the rest is
// stored when the trouble is over.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "edo/recorder.hpp"
#include "support/conservation.hpp"
#include "support/fault_vfs.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

namespace edo::testing {
namespace {

constexpr long kForEver = std::numeric_limits<long>::max();

constexpr Fault kFaults[] = {
    Fault::read,     Fault::write,         Fault::short_write, Fault::full, Fault::sync,
    Fault::truncate, Fault::shared_memory, Fault::lock,        Fault::open,
};

// A host that always makes the same calls, and knows what must be in the store in the end.
class Script {
 public:
  static constexpr int kTrees = 2;

  explicit Script(Recorder& recorder) : recorder_(recorder) {}

  void run() {
    for (int i = 0; i < kTrees; ++i) {
      // Large enough for the write-ahead log to reach its bound on the way.
      auto invocation = recorder_.start_invocation(
          {.source_function = "script",
           .source_event_payload = "\"" + std::string(30'000, 'x') + "\""});
      const std::string tree = "script|" + invocation.correlation_id();
      begun({"invocations", invocation.id(), "running", tree});
      auto event = invocation.start_event({.event_name = "tick"});
      const std::string event_content = "tick|" + invocation.id();
      begun({"event_executions", event.id(), "detecting", event_content});
      told(event.detected(), {"event_executions", event.id(), "handling", event_content});
      auto job = event.start_job({.job_name = "work"});
      const std::string job_content = "work|" + event.id();
      begun({"job_executions", job.id(), "running", job_content});
      const std::string message = "line of " + job.id();
      told(job.log(LogLevel::info, message), {"job_logs", job.id() + "/1", "info", message});
      told(job.complete("[1]"), {"job_executions", job.id(), "completed", job_content + "|[1]"});
      told(event.complete(), {"event_executions", event.id(), "completed", event_content});
      told(invocation.complete(), {"invocations", invocation.id(), "completed", tree + "|"});
    }
  }

  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
  // What was acknowledged as the calls returned.
  [[nodiscard]] const Ledger& acknowledged() const noexcept { return acknowledged_; }
  // What there is when everything has been stored.
  [[nodiscard]] const Ledger& everything() const noexcept { return everything_; }

 private:
  void begun(const Acknowledged& call) {
    const Health health = recorder_.health();
    told(health.queued == 0 && health.dropped == 0 ? Outcome::stored : Outcome::queued, call);
  }
  void told(Outcome outcome, const Acknowledged& call) {
    ++calls_;
    everything_.add(call.line());
    if (outcome == Outcome::stored) acknowledged_.add(call.line());
  }

  Recorder& recorder_;
  std::uint64_t calls_ = 0;
  Ledger acknowledged_;
  Ledger everything_;
};

struct Host {
  TemporaryDirectory directory;
  std::string store = directory / "telemetry.db";
  std::mutex mutex;
  std::vector<std::string> errors;

  Options options(Durability durability) {
    Options options;
    options.store = store;
    options.durability = durability;
    options.max_wal_bytes = 64 << 10;
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(mutex);
      errors.push_back(std::string(to_string(error.kind())) + ": " + error.what());
    };
    return options;
  }
};

void check_rows(const std::string& store, const Ledger& expected) {
  CHECK(integrity(store) == "ok");
  storage::Database database = open_to_look(store);
  CHECK(expected.violations(rows_of_store(database)) == std::vector<std::string>{});
}

// A file's time moves on with the kernel's tick.
constexpr std::chrono::milliseconds kTick{12};

// What changes when a store or its log is written to.
auto looks_of(const std::string& store) {
  const auto look = [](const std::string& file) {
    return std::pair(std::filesystem::last_write_time(file), std::filesystem::file_size(file));
  };
  return std::pair(look(store), look(store + "-wal"));
}

// What a machine would find if the host were killed at this moment: the files as they are, but
// nothing of what is in memory. (Closing the copied files drops the host's locks on them, which
// nobody else is there to miss.)
void check_after_sudden_death(const Host& host, const Script& script) {
  const FaultVfs::Spared spared;
  const TemporaryDirectory directory;
  const std::string copy = directory / "telemetry.db";
  // The recorder's own thread may be at work on the log.
  CHECK(eventually([&] {
    const auto before = looks_of(host.store);
    std::this_thread::sleep_for(kTick);
    for (const char* suffix : {"", "-wal"}) {
      std::error_code changed;
      std::filesystem::copy_file(host.store + suffix, copy + suffix,
                                 std::filesystem::copy_options::overwrite_existing, changed);
    }
    return looks_of(host.store) == before;
  }));
  check_rows(copy, script.acknowledged());
}

// False if nothing failed, because the script makes fewer calls than `nth`.
bool record_with(Fault fault, long nth, long times, Durability durability) {
  Host host;
  bool hit = false;
  INFO("fault: " << to_string(fault) << ", from call " << nth << " on, times: " << times);
  FaultVfs vfs;
  {
    Recorder recorder(host.options(durability));
    vfs.arm(fault, nth, times);
    Script script(recorder);
    script.run();
    hit = vfs.failed() > 0;
    const bool at_rest = times == kForEver || recorder.health().queued == 0;
    if (at_rest) check_after_sudden_death(host, script);
    vfs.heal();
    CHECK(eventually([&] { return recorder.health().queued == 0; }));
    CHECK(recorder.health().stored == script.calls());
    CHECK(recorder.health().dropped == 0);
    recorder.close();
    for (const auto& error : host.errors) UNSCOPED_INFO(error);
    check_rows(host.store, script.everything());
    // Nor was a call that was tried again stored twice.
    for (const char* table : {"invocations", "event_executions", "job_executions", "job_logs"}) {
      CHECK(count(host.store, table) == Script::kTrees);
    }
  }
  return hit;
}

// From the first call to the last, or every few of them.
void record_with_each(Fault fault, long times, Durability durability, long step = 1) {
  long nth = 1;
  while (record_with(fault, nth, times, durability)) nth += step;
  std::cout << to_string(fault) << ": " << nth - 1 << " calls" << std::endl;
}

TEST_CASE("any call to the operating system fails once") {
  for (const Fault fault : kFaults) record_with_each(fault, 1, Durability::process);
}

TEST_CASE("the same when every call waits for the disk") {
  for (const Fault fault : {Fault::sync, Fault::write}) {
    record_with_each(fault, 1, Durability::power);
  }
}

TEST_CASE("calls fail for a while, and then no more") {
  for (const Fault fault : kFaults) record_with_each(fault, 7, Durability::process, 3);
}

TEST_CASE("calls fail until the host has done all its work") {
  for (const Fault fault : kFaults) record_with_each(fault, kForEver, Durability::process, 3);
  record_with_each(Fault::sync, kForEver, Durability::power);
}

// What fails while the store is made and opened is thrown as our error, and does no lasting harm.
bool open_with(Fault fault, long nth, bool exists) {
  Host host;
  if (exists) const Recorder maker(host.options(Durability::process));
  INFO("fault: " << to_string(fault) << ", at call " << nth << (exists ? "" : ", new store"));
  FaultVfs vfs;
  vfs.arm(fault, nth, 1);
  try {
    Recorder recorder(host.options(Durability::process));
    auto invocation = recorder.start_invocation({.source_function = "f"});
    (void)invocation.complete();
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(host.store) != std::string::npos);
    CHECK(error.kind() != ErrorKind::invalid_argument);
  }
  const bool hit = vfs.failed() > 0;
  vfs.heal();
  {
    Recorder recorder(host.options(Durability::process));
    Script script(recorder);
    script.run();
    CHECK(recorder.health().stored == script.calls());
    recorder.close();
    for (const auto& error : host.errors) UNSCOPED_INFO(error);
    check_rows(host.store, script.everything());
  }
  return hit;
}

TEST_CASE("any call fails while the store is opened") {
  for (const bool exists : {false, true}) {
    for (const Fault fault : kFaults) {
      long nth = 1;
      while (open_with(fault, nth, exists)) ++nth;
      std::cout << to_string(fault) << ": " << nth - 1 << " calls" << std::endl;
    }
  }
}

}  // namespace
}  // namespace edo::testing
