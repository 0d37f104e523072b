// What edges, appliers and readers may do in the central database, tried with real logins.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";
const std::vector<std::string> kTables = {
    "invocations",       "event_executions",         "job_executions",
    "job_logs",          "metrics_hourly",           "metrics_stale",
    "maintenance_state", "replication_stores",       "replication_batches",
    "replication_inbox", "replication_dead_letters", "schema_migrations",
    "schema_contract",   "replication_marks",        "centre",
    "retention",         "replication_bindings",     "replication_quotas"};

const std::string kPost =
    "replication_inbox (store_id, first_seq, last_seq, payload) VALUES (gen_random_uuid(), 1, 2, "
    "'\\x00')";

// Every function of the schema, called as far as its rights: the arguments are all null.
std::vector<std::string> calls(const std::string& url) {
  std::vector<std::string> all;
  for (const auto& row :
       query(url,
             "SELECT 'SELECT ' || p.oid::regproc || '(' || coalesce((SELECT string_agg('NULL::' ||"
             " t::regtype, ', ') FROM unnest(p.proargtypes) AS t), '') || ')' FROM pg_proc p WHERE"
             " p.pronamespace = 'event_detector_observability'::regnamespace AND p.prorettype <>"
             " 'trigger'::regtype ORDER BY 1")) {
    all.push_back(row[0]);
  }
  REQUIRE(all.size() >= 13);
  return all;
}

}  // namespace

TEST_CASE("an edge may post batches and nothing else") {
  const std::string url = database_with_roles();
  const Login edge(url, "edge_7", "edo_edge");
  edge.may("INSERT INTO " + kCentral + kPost);
  edge.may("INSERT INTO " + kCentral + kPost);
  CHECK(query_value(url, "SELECT count(*) || min(state) FROM " + kCentral + "replication_inbox") ==
        "2pending");
  edge.may_not("INSERT INTO " + kCentral + kPost + " RETURNING id");
  edge.may_not("INSERT INTO " + kCentral +
               "replication_inbox (store_id, first_seq, last_seq, payload, state) VALUES "
               "(gen_random_uuid(), 1, 2, '', 'applied')");
  for (const auto& table : kTables) {
    edge.may_not("SELECT FROM " + kCentral + table + " LIMIT 1");
    edge.may_not("DELETE FROM " + kCentral + table);
    edge.may_not("TRUNCATE " + kCentral + table);
    edge.may_not("DROP TABLE " + kCentral + table);
    if (table != "replication_inbox")
      edge.may_not("INSERT INTO " + kCentral + table + " DEFAULT VALUES");
  }
  edge.may_not("SELECT FROM " + kCentral + "dashboard_stats");
  edge.may_not("UPDATE " + kCentral + "replication_inbox SET state = 'applied'");
  edge.may_not("UPDATE " + kCentral + "replication_inbox SET payload = ''");
  edge.may_not("UPDATE " + kCentral + "invocations SET status = 'failed'");
  // It may ask how far a store has come, if it knows its id.
  for (const auto& call : calls(url)) {
    call.find("replication_known(") == std::string::npos ? edge.may_not(call) : edge.may(call);
  }
  edge.may_not("CREATE TABLE " + kCentral + "own (x int)");
  edge.may_not("CREATE FUNCTION " + kCentral + "own() RETURNS int LANGUAGE sql AS 'SELECT 1'");
}

TEST_CASE("an applier may ship, settle the inbox, keep dead letters and do maintenance") {
  const TemporaryDirectory directory;
  const std::string url = database_with_roles();
  const Login applier(url, "applier_1", "edo_applier");
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  ship(store.path(), applier.url());
  store.finish_tree(invocation);  // so that rows are updated as well
  ship(store.path(), applier.url());
  require_verified(store.path(), applier.url());

  query(url, "INSERT INTO " + kCentral + kPost);
  applier.may("INSERT INTO " + kCentral + kPost);
  applier.may(
      "BEGIN; SELECT payload FROM " + kCentral +
      "replication_inbox WHERE state = 'pending' ORDER BY id FOR UPDATE SKIP LOCKED; UPDATE " +
      kCentral +
      "replication_inbox SET state = 'applied', settled_at = now() - interval '9 d',"
      " error = NULL; COMMIT");
  applier.may(
      "INSERT INTO " + kCentral +
      "replication_dead_letters (store_id, table_name, row_id, row_version, error, payload, "
      "via) VALUES (gen_random_uuid(), 'job_logs', 'x', 1, 'no', '', 'direct') ON CONFLICT "
      "(store_id, table_name, row_id) DO UPDATE SET attempts = 2");
  applier.may("SELECT payload FROM " + kCentral + "replication_dead_letters FOR UPDATE");
  applier.may("DELETE FROM " + kCentral + "replication_dead_letters");
  applier.may("INSERT INTO " + kCentral + "metrics_stale SELECT created_at FROM " + kCentral +
              "invocations");
  CHECK(query_value(applier.url(), "SELECT " + kCentral + "maintenance()") == "t");
  CHECK(query_value(url, "SELECT sum(total_invocations) FROM " + kCentral + "metrics_hourly") ==
        "1");
  CHECK(query_value(url, "SELECT sum(total_invocations) FROM " + kCentral + "dashboard_stats") ==
        "1");
  CHECK(query_value(url, "SELECT count(*) FROM " + kCentral + "replication_inbox") == "0");

  for (const auto& table : kTables) {
    applier.may_not("TRUNCATE " + kCentral + table);
    if (table != "replication_dead_letters") applier.may_not("DELETE FROM " + kCentral + table);
  }
  applier.may_not("UPDATE " + kCentral + "replication_inbox SET payload = ''");
  applier.may_not("SELECT " + kCentral + "prune('1 day')");
  applier.may_not("SELECT " + kCentral + "refresh_metrics_hourly()");
}

TEST_CASE("an applier cannot make maintenance work on tables of its own") {
  const std::string url = database_with_roles();
  const Login applier(url, "applier_2", "edo_applier");
  query(url, "INSERT INTO " + kCentral + "metrics_stale VALUES (now())");
  // Were they found first, their triggers would run with the owner's rights.
  const std::string trap =
      "CREATE TEMP TABLE maintenance_state AS SELECT 'dashboard_stats' AS task, now() AS done_at;"
      "CREATE TEMP TABLE metrics_stale AS SELECT now() AS hour_bucket;"
      "CREATE FUNCTION pg_temp.gotcha() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
      "EXCEPTION 'as %', current_user; END $$;"
      "CREATE TRIGGER gotcha BEFORE DELETE ON pg_temp.metrics_stale FOR EACH STATEMENT EXECUTE "
      "FUNCTION pg_temp.gotcha();";
  CHECK(query_value(applier.url(), trap + "SELECT " + kCentral + "maintenance()") == "t");
  CHECK(query_value(url, "SELECT count(*) FROM " + kCentral + "metrics_stale") == "0");
}

TEST_CASE("a reader may ask what dashboards ask, and nothing else") {
  const TemporaryDirectory directory;
  const std::string url = database_with_roles();
  const Login reader(url, "reader_1", "edo_reader");
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  ship(store.path(), url);
  query(url, "INSERT INTO " + kCentral + kPost);
  query(url, "SELECT " + kCentral + "refresh_dashboard_stats()");
  // The three queries that the dashboard is built from.
  CHECK(
      query(reader.url(),
            "SELECT i.id, i.source_function, i.created_at, i.total_duration_ms,"
            " i.events_detected_count, " +
                kCentral +
                "success_rate(i), e.event_name, e.detected,"
                " j.job_name, j.status, j.duration_ms FROM " +
                kCentral + "invocations i JOIN " + kCentral +
                "event_executions e ON e.invocation_id = i.id JOIN " + kCentral +
                "job_executions j ON j.event_execution_id = e.id ORDER BY i.created_at DESC LIMIT "
                "10")
          .size() == 3);
  CHECK(query(reader.url(),
              "SELECT hour_bucket, source_function, total_invocations, avg_duration_ms,"
              " successful_invocations, failed_invocations FROM " +
                  kCentral +
                  "dashboard_stats WHERE hour_bucket >= now() - interval '1 day' ORDER BY 1")
            .size() >= 1);
  CHECK(query(reader.url(),
              "SELECT j.job_name, j.status, j.duration_ms, j.result, j.error_message, l.level,"
              " l.message, l.created_at, " +
                  kCentral + "console_logs(j) FROM " + kCentral + "job_executions j JOIN " +
                  kCentral + "job_logs l ON l.job_execution_id = j.id ORDER BY l.sequence")
            .size() == 6);
  for (const char* call : {"avg_job_duration(t)", "hasura_event_id(t)", "hasura_event_payload(t)",
                           "hasura_event_time(t)", "hasura_user_email(t)", "hasura_user_role(t)"}) {
    reader.may("SELECT " + kCentral + call + " FROM " + kCentral + "invocations t");
  }
  reader.may("SELECT " + kCentral + "job_success_rate(t) FROM " + kCentral + "event_executions t");
  reader.may("SELECT * FROM " + kCentral + "metrics_hourly");
  // The observer is observed with it.
  require_verified(store.path(), reader.url());
  const auto status =
      run_replicator({"status", "--store", store.path(), "--to", reader.url(), "--json"});
  CHECK(status.exit_code == 0);
  CHECK(status.err.empty());
  CHECK(nlohmann::json::parse(status.out)["unreadable"].empty());

  for (const auto& table : kTables) {
    reader.may_not("INSERT INTO " + kCentral + table + " DEFAULT VALUES");
    reader.may_not("DELETE FROM " + kCentral + table);
    reader.may_not("TRUNCATE " + kCentral + table);
    reader.may_not("SELECT FROM " + kCentral + table + " FOR UPDATE");
  }
  reader.may_not("SELECT payload FROM " + kCentral + "replication_inbox");
  reader.may_not("SELECT payload FROM " + kCentral + "replication_dead_letters");
  reader.may_not("UPDATE " + kCentral + "invocations SET status = 'failed'");
  for (const char* call : {"prune('1 day')", "maintenance()", "refresh_dashboard_stats()",
                           "refresh_metrics_hourly()"}) {
    reader.may_not("SELECT " + kCentral + call);
  }
}

TEST_CASE("the roles are granted again without harm, by psql too, in a schema of any name") {
  const std::string name = "Odd \"name\"; --";
  const std::string url = database_with_roles(name);
  const std::string table = "\"Odd \"\"name\"\"; --\".replication_inbox";
  query(url, "GRANT SELECT, UPDATE ON " + table + " TO edo_edge");  // an administrator's mistake
  const std::string script =
      run_replicator({"migrate", "--print", "--roles", "--schema", name}).out;
  for (int round = 0; round < 2; ++round) {
    const auto psql = run(Command{{"psql", "-X", "-q", "-d", url, "-f", "-"}, {}, script});
    INFO(psql.err);
    CHECK(psql.exit_code == 0);
  }
  const Login edge(url, "edge_odd", "edo_edge");
  edge.may("INSERT INTO " + table.substr(0, table.find('.') + 1) + kPost);
  edge.may_not("SELECT FROM " + table);
  edge.may_not("UPDATE " + table + " SET payload = ''");

  std::vector<Process> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back(replicator({"migrate", "--to", url, "--schema", name, "--roles", "--json"}));
  }
  for (auto& process : all) {
    const auto result = process.wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(nlohmann::json::parse(result.out)["roles_granted"] == true);
  }
}

TEST_CASE("a user who may not grant the roles learns which right is missing") {
  const std::string url = migrated_database();
  query(url,
        "CREATE ROLE plain_admin LOGIN; GRANT USAGE ON SCHEMA event_detector_observability TO "
        "plain_admin; GRANT SELECT ON " +
            kCentral + "schema_migrations TO plain_admin");
  const auto result = run_replicator(
      {"migrate", "--roles", "--to", "postgresql://plain_admin" + url.substr(url.find('@'))});
  CHECK(result.exit_code == 1);
  CHECK_THAT(only_line(result), Contains("CREATEROLE") && Contains("--print --roles"));
  query(url, "DROP OWNED BY plain_admin; DROP ROLE plain_admin");
}

TEST_CASE("without the roles, every user who may read may call the computed fields") {
  const std::string url = migrated_database();
  query(url,
        "CREATE ROLE onlooker LOGIN; GRANT USAGE ON SCHEMA event_detector_observability TO "
        "onlooker; GRANT SELECT ON ALL TABLES IN SCHEMA event_detector_observability TO "
        "onlooker");
  const std::string to = "postgresql://onlooker" + url.substr(url.find('@'));
  CHECK_NOTHROW(
      query(to, "SELECT " + kCentral + "success_rate(i) FROM " + kCentral + "invocations i"));
  CHECK_THROWS(query(to, "SELECT " + kCentral + "maintenance()"));
  query(url, "DROP OWNED BY onlooker; DROP ROLE onlooker");
}
