// Days of backlog in one store arrive whole, in bounded memory.
#include <catch2/catch.hpp>
#include <filesystem>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/wait.hpp"

using namespace edo::testing;

namespace {

constexpr long kMemoryCeiling = 150L << 10;  // KiB
const std::string kPending =
    "SELECT count(*) FROM event_detector_observability.replication_inbox WHERE state = 'pending'";

}  // namespace

// A day of a host that writes three rows a second; EDO_FAULT_ROUNDS says how many.
TEST_CASE("days of backlog are shipped in bounded memory") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(static_cast<int>(60'000 * fault_rounds(1)));
  CHECK(store.rows() >= 300'000);
  store.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::copy_file(store.path(), directory / "copy.db");
  SampleStore copy(directory / "copy.db");
  // Runs until `done()`, and stays below the ceiling.
  const auto run_until = [](const std::vector<std::string>& arguments, const auto& done) {
    CAPTURE(arguments);
    Process daemon(replicator(arguments));
    CHECK(eventually(done, kPatience * fault_rounds(1)));
    CHECK(peak_memory(daemon.pid()) < kMemoryCeiling);
    daemon.kill(SIGTERM);
    CHECK(daemon.wait().exit_code == 0);
  };
  const auto ship_by = [&](const char* via, SampleStore& from, const std::string& url) {
    run_until({"run", "--store", from.path(), "--to", url, "--interval", "10ms", "--via", via},
              [&] { return from.integer("SELECT count(*) FROM outbox") == 1; });
  };

  const std::string direct = migrated_database();
  ship_by("direct", store, direct);
  CHECK(rows_at(direct) == store.rows());
  require_verified(store.path(), direct);

  const std::string inbox = migrated_database();
  ship_by("inbox", copy, inbox);
  run_until({"apply", "--to", inbox, "--interval", "10ms", "--workers", "4"},
            [&] { return query_value(inbox, kPending) == "0"; });
  CHECK(rows_at(inbox) == copy.rows());
}
