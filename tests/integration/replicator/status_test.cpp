// How far behind the central database is, and when a person has to look.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/time.hpp"
#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";

nlohmann::json status_of(const std::string& store, const std::string& url, int code) {
  const auto result = run_replicator({"status", "--store", store, "--to", url, "--json"});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == code);
  return nlohmann::json::parse(result.out)["stores"][0];
}

std::string id_of(SampleStore& store) { return store.text("SELECT store_id FROM store"); }

// A batch in the inbox that has been there for `age`.
std::string inbox_line(const std::string& store_id, const std::string& state,
                       const std::string& age, const std::string& error = "") {
  return "INSERT INTO " + kCentral +
         "replication_inbox (store_id, first_seq, last_seq, payload, state, received_at, error)"
         " VALUES ('" +
         store_id + "', 1, 9, '', '" + state + "', now() - interval '" + age + "', nullif('" +
         error + "', ''))";
}

std::string dead_letter(const std::string& store_id, const std::string& row_id,
                        const std::string& error, const std::string& age) {
  return "INSERT INTO " + kCentral +
         "replication_dead_letters (store_id, table_name, row_id, row_version, error, payload, via,"
         " last_failed_at) VALUES ('" +
         store_id + "', 'job_logs', '" + row_id + "', 1, '" + error +
         "', '', 'direct', now() - interval '" + age + "')";
}

}  // namespace

TEST_CASE("status shows pending changes, their age and what has arrived") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
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
  CHECK(status["central_database"].is_null());
  CHECK(status["wal_bytes"] > 0);

  ship(store.path(), url);
  status = status_of(store.path(), url, 0);
  CHECK(status["pending_rows"] == 0);
  CHECK(status["oldest_pending_seconds"].is_null());
  CHECK(status["watermark"] == 9);
  CHECK(status["central_database"]["last_seq"] == 9);
  const auto table = run_replicator({"status", "--store", store.path()});
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("OLDEST") != std::string::npos);
}

TEST_CASE("status ends with 1 when the central database lost what it had acknowledged") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  ship(store.path(), url);
  // As after a restore from an older backup.
  query(url, "DELETE FROM event_detector_observability.job_logs WHERE sequence = 2");
  query(url, "UPDATE event_detector_observability.replication_stores SET last_seq = 3");
  query(url, "UPDATE event_detector_observability.replication_marks SET complete_seq = 3");
  const auto status = status_of(store.path(), url, 1);
  CHECK(status["findings"].dump().find("restored, replaced or failed over") != std::string::npos);

  const auto verified = run_replicator({"verify", "--store", store.path(), "--to", url, "--json"});
  CHECK(verified.exit_code == 1);
  CHECK(only_line(verified).find(
            "2 rows are missing in the central database and 0 are different") != std::string::npos);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("status shows the dead letters and the inbox of a store") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  ship(store.path(), url);
  const std::string other = "00000000-0000-4000-8000-000000000001";
  query(url, "UPDATE " + kCentral +
                 "replication_stores SET pending_changes = 7, sent_at = "
                 "'2026-01-01 12:00:00Z'");
  query(url, inbox_line(id_of(store), "pending", "90 seconds"));
  query(url, inbox_line(id_of(store), "pending", "10 seconds"));
  query(url, inbox_line(id_of(store), "applied", "2 days"));
  query(url, inbox_line(other, "failed", "3 days", "of another"));
  query(url, dead_letter(other, "x", "of another", "1 second"));
  auto central = status_of(store.path(), url, 0)["central_database"];
  CHECK(central["pending_changes"] == 7);
  CHECK(central["sent_at"] == "2026-01-01T12:00:00.000000Z");
  // All times are written like those of a store.
  const std::string seen = central["last_seen_at"];
  CHECK(edo::base::format_timestamp(edo::base::parse_timestamp(seen).value()) == seen);
  CHECK(central["silent_seconds"] < 60);
  CHECK(central["dead_letters"]["count"] == 0);
  CHECK(central["dead_letters"]["newest"].is_null());
  CHECK(central["inbox"]["pending"] == 2);
  CHECK(central["inbox"]["failed"] == 0);
  CHECK(central["inbox"]["oldest_pending_seconds"] >= 90);
  CHECK(central["inbox"]["oldest_pending_seconds"] < 200);

  query(url, inbox_line(id_of(store), "failed", "1 minute", "older"));
  query(url, inbox_line(id_of(store), "failed", "1 minute", "no batch\nat all"));
  query(url, dead_letter(id_of(store), "one", "too early", "2 minutes"));
  query(url, dead_letter(id_of(store), "two", "too late \x1b[31m", "1 minute"));
  const auto status = status_of(store.path(), url, 1);
  central = status["central_database"];
  CHECK(central["dead_letters"]["count"] == 2);
  const std::string newest_at = central["dead_letters"]["newest_at"];
  CHECK(edo::base::format_timestamp(edo::base::parse_timestamp(newest_at).value()) == newest_at);
  CHECK(central["dead_letters"]["newest"] == "job_logs two: too late \x1b[31m");
  CHECK(central["inbox"]["failed"] == 2);
  CHECK(central["inbox"]["newest_error"] == "no batch\nat all");
  CHECK(status["findings"].size() == 2);

  const auto text = run_replicator({"status", "--store", store.path(), "--to", url});
  CHECK(text.exit_code == 1);
  CHECK_THAT(text.err,
             Contains("2 rows are dead letters in the central database, the newest is job_logs "
                      "two: too late \\x1b[31m; correct the rows"));
  CHECK_THAT(text.err, Contains("2 batches in the inbox cannot be applied, the newest: no batch at "
                                "all; upgrade"));
  CHECK_THAT(text.out, Contains("2 + 2 failed"));
}

TEST_CASE("silence is a finding only if changes are pending") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  ship(store.path(), url);
  query(url, "UPDATE " + kCentral + "replication_stores SET last_seen_at = now() - interval '2 h'");
  // A store with nothing to send may be silent, as far as the store itself can tell.
  CHECK(status_of(store.path(), url, 0)["findings"].empty());
  store.add_trees(1);
  const auto findings = status_of(store.path(), url, 1)["findings"];
  REQUIRE(findings.size() == 1);
  CHECK_THAT(findings[0].get<std::string>(), Contains("silent for 2h 0m"));
  CHECK(run_replicator({"status", "--store", store.path(), "--to", url, "--silent-after", "3h"})
            .exit_code == 0);

  // A store is not silent if only the inbox is not emptied.
  query(url, inbox_line(id_of(store), "pending", "90 minutes"));
  const auto waiting = status_of(store.path(), url, 1)["findings"];
  REQUIRE(waiting.size() == 1);
  CHECK_THAT(
      waiting[0].get<std::string>(),
      Contains(
          "1 batch waits in the inbox, the oldest for 1h 30m; check that edo-replicator apply"));
}

TEST_CASE("a store that ships by cron is judged by its own rhythm") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const std::string stores = kCentral + "replication_stores";
  const auto come_back_after = [&](const std::string& gap, int batches) {
    query(url, "UPDATE " + stores + " SET last_seen_at = now() - interval '" + gap + "'");
    for (int batch = 0; batch < batches; ++batch) {
      store.add_trees(1);
      ship(store.path(), url);
    }
  };
  const auto is_silent_after = [&](const std::string& span) {
    query(url, "UPDATE " + stores + " SET last_seen_at = now() - interval '" + span + "'");
    return run_replicator({"status", "--to", url}).exit_code == 1;
  };
  store.add_trees(1);
  ship(store.path(), url);
  CHECK(is_silent_after("61 minutes"));

  // It comes once an hour, with several batches each time.
  for (int hour = 0; hour < 3; ++hour) come_back_after("1 hour", 4);
  CHECK_FALSE(is_silent_after("61 minutes"));
  CHECK_FALSE(is_silent_after("170 minutes"));
  CHECK(is_silent_after("185 minutes"));
  const auto known = status_of(store.path(), url, 0)["central_database"];
  CHECK(known["contact_interval_seconds"] > 3400);
  CHECK(known["contact_interval_seconds"] < 3601);

  // An outage is forgotten when it comes every minute again.
  come_back_after("1 week", 1);
  for (int minute = 0; minute < 20; ++minute) come_back_after("1 minute", 1);
  CHECK(is_silent_after("2 hours"));
}

TEST_CASE(
    "without a store, status lists all that the central database knows, the longest silent first") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  CHECK(run_replicator({"status", "--to", url}).exit_code == 0);
  query(url, "INSERT INTO " + kCentral +
                 "replication_stores (store_id, host_label, schema_version, last_seen_at, last_seq,"
                 " pending_changes) SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid,"
                 " 'edge ' || n, 1, now() - n * interval '20 min', n, 1000 * n FROM"
                 " generate_series(1, 5) AS n");
  // Nothing of this one has been applied yet.
  const std::string unheard = "00000000-0000-4000-8000-000000000009";
  query(url, inbox_line(unheard, "failed", "1 minute", "damaged"));
  query(url, dead_letter("00000000-0000-4000-8000-000000000001", "x", "bad", "1 minute"));

  const auto result = run_replicator({"status", "--to", url, "--json"});
  CHECK(result.exit_code == 1);
  const auto answer = nlohmann::json::parse(result.out);
  CHECK(answer["central_database_error"].is_null());
  CHECK(answer["unreadable"].empty());
  std::string order;
  std::string concerned;
  for (const auto& store : answer["stores"]) {
    const std::string id = store["store_id"];
    order += id.back();
    concerned += std::to_string(store["findings"].size());
  }
  CHECK(order == "543219");
  CHECK(concerned == "111011");  // 3 has been silent for just an hour and a moment
  CHECK(answer["stores"][0]["host_label"] == "edge 5");
  CHECK(answer["stores"][0]["pending_changes"] == 5000);
  CHECK(answer["stores"][5]["host_label"].is_null());

  const auto patient = run_replicator({"status", "--to", url, "--silent-after", "2h"});
  CHECK(patient.exit_code == 1);
  CHECK(std::count(patient.err.begin(), patient.err.end(), '\n') == 2);
  CHECK_THAT(patient.err,
             Contains("edge 1 (00000000-0000-4000-8000-000000000001): 1 row is a dead letter"));
  CHECK_THAT(patient.err, Contains(unheard + ": 1 batch in the inbox cannot be applied, the "
                                             "newest: damaged"));
  CHECK_THAT(patient.out, Contains("1h 40m ago"));
  CHECK_THAT(patient.out, Contains("5,000"));
}

TEST_CASE("the table stays aligned with long paths and other scripts") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string folder = directory / "Ordner für Geräte am nördlichen Ende des Gebäudes";
  REQUIRE(mkdir(folder.c_str(), 0700) == 0);
  SampleStore deep(folder + "/telemetry.db");
  SampleStore flat(directory / "a.db");
  const auto result =
      run_replicator({"status", "--store", deep.path(), "--store", flat.path(), "--to", url});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("Ende des Gebäudes/telemetry.db"));
  std::set<std::size_t> widths;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    widths.insert(static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    })));
  }
  CHECK(widths.size() == 1);
  CHECK(*widths.begin() < 140);
}

TEST_CASE("an unreadable table is reported, and the rest is shown") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  ship(store.path(), url);
  query(url, inbox_line(id_of(store), "pending", "2 minutes"));
  query(url, "DROP ROLE IF EXISTS half_blind");
  query(url,
        "CREATE ROLE half_blind LOGIN; GRANT USAGE ON SCHEMA event_detector_observability TO "
        "half_blind; GRANT SELECT ON " +
            kCentral + "schema_migrations, " + kCentral + "replication_stores, " + kCentral +
            "replication_dead_letters TO half_blind");
  const std::string to = "postgresql://half_blind" + url.substr(url.find('@'));
  const auto result = run_replicator({"status", "--store", store.path(), "--to", to, "--json"});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(only_line(result),
             Contains("this user cannot read replication_inbox, replication_marks"));
  const auto answer = nlohmann::json::parse(result.out);
  CHECK(answer["unreadable"] == nlohmann::json({"replication_inbox", "replication_marks"}));
  CHECK(answer["stores"][0]["central_database"]["inbox"].is_null());
  CHECK(answer["stores"][0]["central_database"]["last_seq"] == 8);
  CHECK(answer["stores"][0]["central_database"]["dead_letters"]["count"] == 0);
  query(url, "DROP OWNED BY half_blind; DROP ROLE half_blind");
}

TEST_CASE("status needs a store or a central database") {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"status"},
           {"status", "--to", "postgresql://x@localhost:1/y", "--silent-after", "a while"}}) {
    const auto result = run_replicator(arguments);
    CHECK(result.exit_code == 2);
    CHECK_THAT(only_line(result), Contains("see edo-replicator status --help"));
  }
}
