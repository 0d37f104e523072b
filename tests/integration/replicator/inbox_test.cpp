// Batches that wait in the central database, and what applies them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"
#include "replicator/postgres/connection.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kInbox = "event_detector_observability.replication_inbox";

Result post(const std::string& store, const std::string& url,
            const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"run",   "--store", store,    "--to",  url,
                                        "--via", "inbox",   "--once", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_replicator(arguments);
}

nlohmann::json apply_all(const std::string& url) {
  const Result applied = run_replicator({"apply", "--to", url, "--once", "--json"});
  INFO(applied.err);
  REQUIRE(applied.exit_code == 0);
  return nlohmann::json::parse(applied.out);
}

std::string count(const std::string& url, const std::string& condition) {
  return query_value(url, "SELECT count(*) FROM " + kInbox + " WHERE " + condition);
}

}  // namespace

TEST_CASE("apply writes posted batches as a direct run would") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(100);
  const auto first = store.start_tree();
  const Result posted = post(store.path(), url, {"--batch-changes", "200"});
  REQUIRE(posted.exit_code == 0);
  const auto answer = nlohmann::json::parse(posted.out)["stores"][0];
  CHECK(answer["in_inbox"] == store.rows());
  CHECK(answer["batches"] > 2);
  CHECK(answer["bytes_sent"] < answer["bytes"]);
  CHECK(rows_at(url) == 0);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);

  store.finish_tree(first);
  REQUIRE(post(store.path(), url).exit_code == 0);
  // Until then verify says where the rows are.
  const std::int64_t batches = answer["batches"].get<std::int64_t>() + 1;
  const Result verified = run_replicator({"verify", "--store", store.path(), "--to", url});
  CHECK(verified.exit_code == 1);
  CHECK_THAT(only_line(verified),
             Contains(std::to_string(batches) +
                      " batches wait in the central inbox; run edo-replicator apply --once"));
  const Result as_json = run_replicator({"verify", "--store", store.path(), "--to", url, "--json"});
  CHECK(nlohmann::json::parse(as_json.out)["stores"][0]["inbox"]["pending"] == batches);
  CHECK(apply_all(url)["rows"] == store.rows() + 3);
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
  CHECK(count(url, "state <> 'applied'") == "0");
  CHECK(apply_all(url)["batches"] == 0);

  const std::string state = fingerprint(url);
  const Result replay = run_replicator({"requeue", "--to", url, "--replay", "1h"});
  CHECK(replay.exit_code == 0);
  CHECK(apply_all(url)["batches"] > 3);
  CHECK(fingerprint(url) == state);
}

TEST_CASE("a role that may only insert into the inbox can post, and nothing else") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  REQUIRE(run_replicator({"migrate", "--to", url, "--roles"}).exit_code == 0);
  query(url, "DROP ROLE IF EXISTS edge_7; CREATE ROLE edge_7 LOGIN IN ROLE edo_edge");
  const std::string edge = "postgresql://edge_7" + url.substr(url.find('@'));
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  CHECK(post(store.path(), edge).exit_code == 0);
  CHECK(run_replicator({"apply", "--to", edge, "--once"}).exit_code == 1);
  const Result direct = run_replicator({"run", "--store", store.path(), "--to", edge, "--once"});
  CHECK(direct.exit_code == 1);
  CHECK_THAT(only_line(direct), Contains("permission denied"));
  (void)apply_all(url);
  require_verified(store.path(), url);
  query(url, "DROP OWNED BY edge_7; DROP ROLE edge_7");
}

TEST_CASE("a central database without an inbox is reported") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const Result posted = post(store.path(), PrivatePostgres::shared().fresh_database());
  CHECK(posted.exit_code == 1);
  CHECK_THAT(posted.err, Contains("run edo-replicator migrate on the central database"));
  CHECK(store.integer("SELECT count(*) FROM outbox") == 9);
}

TEST_CASE("an unreadable batch is set aside and blocks no other") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  REQUIRE(post(store.path(), url).exit_code == 0);
  query(url,
        "UPDATE " + kInbox + " SET payload = set_byte(payload, 100, get_byte(payload, 100) # 1)");
  query(url, "INSERT INTO " + kInbox +
                 " (store_id, first_seq, last_seq, payload) VALUES (gen_random_uuid(), 1, 1, '')");
  store.add_trees(5);
  REQUIRE(post(store.path(), url).exit_code == 0);

  const Result applied = run_replicator({"apply", "--to", url, "--once"});
  CHECK(applied.exit_code == 1);
  CHECK_THAT(applied.err, Contains("2 batches could not be read"));
  CHECK(count(url, "state = 'failed' AND error <> ''") == "2");
  CHECK(rows_at(url) == 25);
  CHECK(run_replicator({"status", "--to", url}).exit_code == 1);

  // Mended, it is taken as if nothing had been.
  query(url, "DELETE FROM " + kInbox + " WHERE payload = ''");
  query(url, "UPDATE " + kInbox +
                 " SET payload = set_byte(payload, 100, get_byte(payload, 100) # 1)"
                 " WHERE state = 'failed'");
  CHECK_THAT(run_replicator({"requeue", "--to", url}).out, Contains("1 batch waits for apply"));
  CHECK(apply_all(url)["batches"] == 1);
  require_verified(store.path(), url);
}

TEST_CASE("trouble in the central database sets no batch aside") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  REQUIRE(post(store.path(), url, {"--batch-changes", "30"}).exit_code == 0);
  const std::string waiting = count(url, "true");
  for (const std::string sqlstate : {"53000", "58030", "XX000"}) {
    CAPTURE(sqlstate);
    query(url,
          "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
          "'in trouble' USING ERRCODE = '" +
              sqlstate +
              "'; END $$; CREATE TRIGGER trouble BEFORE INSERT ON "
              "event_detector_observability.invocations EXECUTE FUNCTION trouble()");
    const Result applied = run_replicator({"apply", "--to", url, "--once", "--workers", "1"});
    CHECK(applied.exit_code == 1);
    CHECK_THAT(applied.err, Contains("in trouble"));
    CHECK(count(url, "state = 'pending'") == waiting);
    query(url, "DROP FUNCTION trouble CASCADE");
  }
  (void)apply_all(url);
  require_verified(store.path(), url);
}

TEST_CASE("rows that the tables refuse become dead letters in apply too") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  store.execute("UPDATE job_executions SET result = '[1,' WHERE rowid = 3");
  store.execute("UPDATE invocations SET source_event_time = 'noon' WHERE rowid = 5");
  REQUIRE(post(store.path(), url).exit_code == 0);
  const Result applied = run_replicator({"apply", "--to", url, "--once"});
  CHECK(applied.exit_code == 1);
  CHECK_THAT(applied.err, Contains("2 rows are refused"));
  CHECK(rows_at(url) == store.rows() - 2);
  store.execute("UPDATE job_executions SET result = '[1]' WHERE rowid = 3");
  store.execute("UPDATE invocations SET source_event_time = NULL WHERE rowid = 5");
  REQUIRE(post(store.path(), url).exit_code == 0);
  (void)apply_all(url);
  CHECK(query_value(url,
                    "SELECT count(*) FROM event_detector_observability.replication_dead_letters") ==
        "0");
  require_verified(store.path(), url);
}

TEST_CASE("an unreadable dead letter does not stop the requeue of others") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  const std::string letters = "event_detector_observability.replication_dead_letters";
  query(url,
        "ALTER TABLE event_detector_observability.job_executions ADD CONSTRAINT strict CHECK "
        "(false) NOT VALID");
  REQUIRE(post(store.path(), url).exit_code == 0);
  CHECK(run_replicator({"apply", "--to", url, "--once"}).exit_code == 1);
  query(url, "ALTER TABLE event_detector_observability.job_executions DROP CONSTRAINT strict");
  const std::string first =
      "(store_id, table_name, row_id) = (SELECT store_id, table_name, row_id FROM " + letters +
      " ORDER BY 1, 2, 3 LIMIT 1)";
  query(url, "UPDATE " + letters + " SET payload = 'rubbish' WHERE " + first);
  query(url, "UPDATE " + kInbox + " SET state = 'failed'");

  const Result requeued = run_replicator({"requeue", "--to", url, "--json"});
  CHECK(requeued.exit_code == 1);
  CHECK_THAT(only_line(requeued), Contains("1 row is refused again"));
  const auto answer = nlohmann::json::parse(requeued.out);
  CHECK(answer["applied"] == 9);
  CHECK(answer["refused"] == 1);
  CHECK(answer["batches"] == 1);
  CHECK_THAT(query_value(url, "SELECT error || attempts FROM " + letters),
             Contains("decode a batch") && Catch::Matchers::EndsWith("2"));
  // The batch that waits has its row.
  (void)apply_all(url);
  CHECK(query_value(url, "SELECT count(*) FROM " + letters) == "0");
  require_verified(store.path(), url);
}

TEST_CASE("workers share the stores, and the batches of each are applied in order") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  std::vector<std::unique_ptr<SampleStore>> stores;
  for (int i = 0; i < 6; ++i) {
    stores.push_back(
        std::make_unique<SampleStore>(directory / ("store" + std::to_string(i) + ".db")));
    stores.back()->add_trees(40);
  }
  REQUIRE(post(directory.path(), url, {"--batch-changes", "30"}).exit_code == 0);
  // The order in which they were settled is the order in which they came.
  Process applier(replicator({"apply", "--to", url, "--workers", "4", "--interval", "10ms"}));
  Process other(replicator({"apply", "--to", url, "--workers", "2", "--interval", "10ms"}));
  CHECK(eventually([&] { return !applier.running() || count(url, "state = 'pending'") == "0"; }));
  for (auto* process : {&applier, &other}) {
    process->kill(SIGTERM);
    const auto ended = process->wait();
    INFO(ended.err);
    CHECK(ended.exit_code == 0);
  }
  CHECK(count(url, "state <> 'applied'") == "0");
  CHECK(query_value(url,
                    "SELECT count(*) FROM (SELECT settled_at < lag(settled_at) OVER "
                    "(PARTITION BY store_id ORDER BY id) AS wrong FROM " +
                        kInbox + ") t WHERE wrong") == "0");
  for (const auto& store : stores) require_verified(store->path(), url);
}

TEST_CASE("applied batches are kept for --keep-applied") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  REQUIRE(post(store.path(), url).exit_code == 0);
  (void)apply_all(url);
  query(url, "UPDATE " + kInbox + " SET settled_at = now() - interval '2 hours'");
  CHECK(run_replicator({"apply", "--to", url, "--once", "--keep-applied", "3h"}).exit_code == 0);
  CHECK(count(url, "true") == "1");
  CHECK(run_replicator({"apply", "--to", url, "--once", "--keep-applied", "1h"}).exit_code == 0);
  CHECK(count(url, "true") == "0");
}

TEST_CASE(
    "a daemon that applies waits for a central database that is unreachable, also when it starts") {
  const TemporaryDirectory directory;
  PrivatePostgres server;
  const std::string url = server.fresh_database();
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  REQUIRE(post(store.path(), url).exit_code == 0);
  server.crash();
  const Result once = run_replicator({"apply", "--to", url, "--once"});
  CHECK(once.exit_code == 1);
  CHECK_THAT(only_line(once), Contains(url));

  Process applier(replicator({"apply", "--to", url, "--interval", "10ms"}));
  REQUIRE(applier.wait_for_error("retrying in"));
  server.restart();
  CHECK(eventually([&] { return rows_at(url) == store.rows(); }));
  applier.kill(SIGTERM);
  CHECK(applier.wait().exit_code == 0);
  require_verified(store.path(), url);
}

TEST_CASE("a maintenance failure is reported once, and batches are still applied") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  query(url,
        "CREATE OR REPLACE FUNCTION event_detector_observability.refresh_metrics_hourly("
        "most integer DEFAULT 1000, passed_over integer DEFAULT 0) RETURNS "
        "integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no figures'; END $$");
  SampleStore store(directory / "telemetry.db");
  Process applier(replicator({"apply", "--to", url, "--workers", "1", "--interval", "10ms"}));
  for (int i = 0; i < 3; ++i) {
    store.add_trees(1);
    REQUIRE(post(store.path(), url).exit_code == 0);
    REQUIRE(eventually([&] { return rows_at(url) == store.rows(); }));
  }
  applier.kill(SIGTERM);
  const auto ended = applier.wait();
  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.err, Contains("no figures; retrying in 10000 ms"));
  CHECK(ended.err.find("no figures") == ended.err.rfind("no figures"));

  const Result once = run_replicator({"apply", "--to", url, "--once"});
  CHECK(once.exit_code == 1);
  CHECK_THAT(only_line(once), Contains("no figures"));
}

TEST_CASE(
    "a row that somebody has locked is waited for with pauses, and with --once not for ever") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  REQUIRE(post(store.path(), url).exit_code == 0);
  (void)apply_all(url);
  store.finish_tree(invocation);
  REQUIRE(post(store.path(), url).exit_code == 0);
  edo::postgres::Connection other{edo::postgres::Target(url)};
  other.script("lock", "BEGIN; SELECT FROM event_detector_observability.invocations FOR UPDATE");
  const std::string impatient = url + "?options=-c%20lock_timeout%3D10ms";
  const Result once = run_replicator({"apply", "--to", impatient, "--once"});
  CHECK(once.exit_code == 1);
  CHECK_THAT(once.err, Contains("lock timeout"));
  CHECK(count(url, "state = 'pending'") == "1");
  Process applier(replicator({"apply", "--to", impatient, "--interval", "10ms"}));
  REQUIRE(applier.wait_for_error("run again; retrying in"));
  other.script("let go", "ROLLBACK");
  CHECK(eventually([&] { return count(url, "state = 'pending'") == "0"; }));
  applier.kill(SIGTERM);
  CHECK(applier.wait().exit_code == 0);
  require_verified(store.path(), url);

  // Another session may block maintenance too.
  other.script("lock", "BEGIN; LOCK TABLE event_detector_observability.metrics_stale");
  CHECK(run_replicator({"apply", "--to", impatient, "--once"}).exit_code == 1);
}
