// A store that has filled its disk: what is in it can be shipped, and then there is room again.
#include <catch2/catch.hpp>
#include <filesystem>

#include "edo/recorder.hpp"
#include "fixture.hpp"
#include "support/small_disk.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

using namespace edo::testing;

namespace {

constexpr std::chrono::milliseconds kForGood{1500};

void record(edo::Recorder& recorder) {
  auto invocation = recorder.start_invocation({.source_function = "f"});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  job.log(edo::LogLevel::info, std::string(20'000, 'x'));
  job.complete();
  event.complete();
  invocation.complete();
}

}  // namespace

TEST_CASE("shipping frees space on a full disk, and the host continues by itself") {
  const SmallDisk disk("6m");
  const std::string url = migrated_database();
  const std::string store = disk / "telemetry.db";
  edo::Recorder recorder({.store = store});
  const auto is_at_rest = [&] { return recorder.health().queued == 0; };
  do {
    record(recorder);
  } while (eventually(is_at_rest, kForGood));
  // What waits in memory is stored once there is room, and there is some after each time.
  for (int i = 0; i < 5; ++i) {
    ship(store, url);
    CHECK(eventually(is_at_rest));
    record(recorder);
  }
  CHECK(recorder.health().dropped == 0);
  recorder.close();
  ship(store, url);
  CHECK(query_value(url,
                    "SELECT count(*) FROM event_detector_observability.invocations"
                    " WHERE status = 'completed'") == std::to_string(recorder.health().stored / 8));
  CHECK(integrity(store) == "ok");
}

TEST_CASE("a dead host's store is shipped from a disk on which nothing has room") {
  SmallDisk disk("8m");
  const std::string url = migrated_database();
  const std::string store = disk / "telemetry.db";
  Process host(Command{.argv = {EDO_CRASH_HOST, store, "2", "7"}});
  REQUIRE(host.wait_for_output("\n"));
  REQUIRE(eventually([&] { return std::filesystem::file_size(store) > 500'000; }));
  host.kill(SIGKILL);
  (void)host.wait();
  disk.fill();
  const bool has_reserve = GENERATE(true, false);
  if (!has_reserve) {
    std::filesystem::remove(store + "-reserve");
    disk.fill();
  }
  const long rows = count(store, "invocations") + count(store, "event_executions") +
                    count(store, "job_executions") + count(store, "job_logs");
  const Result result = run_replicator({"run", "--store", store, "--to", url, "--once"});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK(rows_at(url) == rows);
  if (has_reserve) {
    CHECK(count(store, "outbox") == 1);
    CHECK(count(store, "invocations WHERE status = 'running'") == 0);
  }
  disk.make_space();
  ship(store, url);
  require_verified(store, url);
  CHECK(integrity(store) == "ok");
}
