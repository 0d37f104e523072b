// How far behind the centre is, and when a person has to look.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "fixture.hpp"

using namespace edo::testing;

namespace {

nlohmann::json status_of(const std::string& store, const std::string& url, int code) {
  const auto result = run_replicator({"status", "--store", store, "--to", url, "--json"});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == code);
  return nlohmann::json::parse(result.out)["stores"][0];
}

}  // namespace

TEST_CASE("status tells what is pending, how old it is and what has arrived") {
  const TemporaryDirectory directory;
  const std::string url = migrated_centre();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  store.execute("UPDATE invocations SET created_at = '" +
                edo::base::format_timestamp(edo::base::Clock::system().now() - 3'600'000'000) +
                "'");
  auto status = status_of(store.path(), url, 0);
  CHECK(status["pending_rows"] == 5);
  CHECK(status["pending_changes"] == 9);
  CHECK(status["pending_bytes"] > 500);
  CHECK(status["oldest_pending_seconds"] > 3599);
  CHECK(status["oldest_pending_seconds"] < 3800);
  CHECK(status["watermark"] == 0);
  CHECK(status["centre"].is_null());
  CHECK(status["wal_bytes"] > 0);

  ship(store.path(), url);
  status = status_of(store.path(), url, 0);
  CHECK(status["pending_rows"] == 0);
  CHECK(status["oldest_pending_seconds"].is_null());
  CHECK(status["watermark"] == 9);
  CHECK(status["centre"]["last_seq"] == 9);
  const auto table = run_replicator({"status", "--store", store.path()});
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("OLDEST") != std::string::npos);
}

TEST_CASE("status ends with 1 when the centre lost what it had acknowledged") {
  const TemporaryDirectory directory;
  const std::string url = migrated_centre();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  ship(store.path(), url);
  // As after a restore from an older backup.
  query(url, "DELETE FROM event_detector_observability.job_logs WHERE sequence = 2");
  query(url, "UPDATE event_detector_observability.replication_stores SET last_seq = 3");
  const auto status = status_of(store.path(), url, 1);
  CHECK(status["concern"].get<std::string>().find("restored from a backup") != std::string::npos);

  const auto verified = run_replicator({"verify", "--store", store.path(), "--to", url, "--json"});
  CHECK(verified.exit_code == 1);
  CHECK(only_line(verified).find("2 rows are missing at the centre and 0 are different") !=
        std::string::npos);
  // The remedy of the documentation: touch the rows, and they are shipped again.
  store.execute("UPDATE job_logs SET id = id");
  ship(store.path(), url);
  require_verified(store.path(), url);
}
