// What is recorded arrives, once, and stays as it is.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;

namespace {

constexpr const char* kLedger = "event_detector_observability.replication_batches";

}  // namespace

TEST_CASE("a recorded store is shipped and verified equal") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(300);
  const auto shipped = run_replicator(
      {"run", "--store", store.path(), "--to", url, "--once", "--batch-changes", "400", "--json"});
  INFO(shipped.err);
  REQUIRE(shipped.exit_code == 0);
  const auto answer = nlohmann::json::parse(shipped.out)["stores"][0];
  CHECK(answer["finished"] == true);
  CHECK(answer["changes"] == 300 * 8);
  CHECK(answer["batches"] == 6);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);

  // Nothing but the watermark is left in the outbox.
  CHECK(store.text("SELECT group_concat(entity || seq) FROM outbox") == "watermark2400");
  CHECK(query_value(url,
                    "SELECT last_seq || ' ' || host_label FROM "
                    "event_detector_observability.replication_stores") == "2400 test bench");
  CHECK(query_value(url, std::string("SELECT min(first_seq) || ' ' || max(last_seq) || ' ' || "
                                     "sum(last_seq - first_seq + 1) FROM ") +
                             kLedger) == "1 2400 2400");
}

TEST_CASE("shipping and replaying what has been shipped changes nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(100);
  // What is in the outbox now is shipped twice, as after a crash before the trim.
  store.execute("CREATE TABLE kept AS SELECT * FROM outbox");
  ship(store.path(), url);
  const std::string before = fingerprint(url);
  ship(store.path(), url);
  CHECK(fingerprint(url) == before);

  store.execute("UPDATE outbox SET seq = 0");
  store.execute("INSERT INTO outbox SELECT * FROM kept WHERE entity <> 'watermark'");
  ship(store.path(), url);
  CHECK(fingerprint(url) == before);
  CHECK(query_value(url, std::string("SELECT max(times_applied) FROM ") + kLedger) == "2");

  // Even when it is cut differently the second time.
  store.execute("UPDATE outbox SET seq = 0");
  store.execute("INSERT INTO outbox SELECT * FROM kept WHERE entity <> 'watermark'");
  REQUIRE(run_replicator(
              {"run", "--store", store.path(), "--to", url, "--once", "--batch-changes", "7"})
              .exit_code == 0);
  CHECK(fingerprint(url) == before);
  require_verified(store.path(), url);
}

TEST_CASE("a row that was started and completed between two cycles is shipped once") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.finish_tree(store.start_tree());
  const auto shipped =
      run_replicator({"run", "--store", store.path(), "--to", url, "--once", "--json"});
  const auto answer = nlohmann::json::parse(shipped.out)["stores"][0];
  CHECK(answer["changes"] == 8);
  CHECK(answer["rows"] == 5);
  CHECK(answer["inserted"] == 5);
}

TEST_CASE("a row that changes after it was shipped is brought up to date") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  ship(store.path(), url);
  CHECK(query_value(url, "SELECT status FROM event_detector_observability.invocations") ==
        "running");
  store.finish_tree(invocation);
  const auto pending = run_replicator({"verify", "--store", store.path(), "--to", url});
  CHECK(pending.exit_code == 1);
  CHECK(only_line(pending).find("3 rows are not shipped yet; run edo-replicator run --once") !=
        std::string::npos);
  ship(store.path(), url);
  CHECK(query_value(url, "SELECT status FROM event_detector_observability.invocations") ==
        "failed");
  CHECK(rows_at(url) == 5);
  require_verified(store.path(), url);
}

TEST_CASE("a row that was deleted before it was shipped is left out") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  store.execute("DELETE FROM job_logs");
  ship(store.path(), url);
  CHECK(rows_at(url) == 9);
  store.start_tree();
  store.execute("DELETE FROM invocations");
  store.execute("DELETE FROM event_executions");
  store.execute("DELETE FROM job_executions");
  store.execute("DELETE FROM job_logs");
  ship(store.path(), url);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
  CHECK(rows_at(url) == 9);
  // They were pruned here after they had been shipped, which is reported and not a failure.
  const auto verified = run_replicator({"verify", "--store", store.path(), "--to", url, "--json"});
  CHECK(verified.exit_code == 0);
  CHECK(nlohmann::json::parse(
            verified.out)["stores"][0]["tables"]["invocations"]["only_in_central_database"] == 3);
}

TEST_CASE("big rows end a batch early and all arrive") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(6);
  store.execute(
      "UPDATE job_executions SET result = '{\"x\": \"' || hex(randomblob(3000000)) || '\"}'");
  const auto shipped =
      run_replicator({"run", "--store", store.path(), "--to", url, "--once", "--json"});
  CHECK(nlohmann::json::parse(shipped.out)["stores"][0]["batches"] > 2);
  require_verified(store.path(), url);
}

TEST_CASE("several stores are shipped in turn") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore one(directory / "one.db");
  SampleStore two(directory / "two.db");
  one.add_trees(2);
  two.add_trees(3);
  const auto shipped =
      run_replicator({"run", "--store", one.path(), "--store", two.path(), "--to", url, "--once"});
  CHECK(shipped.exit_code == 0);
  CHECK(rows_at(url) == 25);
  CHECK(query_value(url, "SELECT count(*) FROM event_detector_observability.replication_stores") ==
        "2");
  // One that cannot be read does not keep the others from being shipped.
  two.add_trees(1);
  const auto partly = run_replicator(
      {"run", "--store", directory / "none.db", "--store", two.path(), "--to", url, "--once"});
  CHECK(partly.exit_code == 1);
  CHECK(only_line(partly).find("none.db: no such store") != std::string::npos);
  CHECK(rows_at(url) == 30);
}

TEST_CASE("the daemon ships what is recorded while it runs and stops on SIGTERM") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  Process daemon(replicator({"run", "--store", store.path(), "--to", url, "--interval", "20ms"}));
  for (int round = 1; round <= 3; ++round) {
    store.add_trees(1);
    REQUIRE(daemon.wait_for_error("shipped 5 rows"));
  }
  REQUIRE(daemon.wait_for_error("telemetry.db: shipped"));
  daemon.kill(SIGTERM);
  const auto ended = daemon.wait();
  CHECK(ended.exit_code == 0);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("progress is a line on a terminal") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(50);
  const auto quiet = run_replicator({"run", "--store", store.path(), "--to", url, "--once"});
  CHECK(quiet.err.empty());
  CHECK(quiet.out.find("250 rows (250 new, 0 newer, 0 known) of 400 changes in 1 batch") !=
        std::string::npos);
}
