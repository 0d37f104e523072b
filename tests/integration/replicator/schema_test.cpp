// The central schema: made, checked, and as the list of columns says.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/time.hpp"
#include "fixture.hpp"
#include "replicator/apply/statements.hpp"
#include "replicator/batch/fields.hpp"
#include "schemas/schemas.hpp"

using namespace edo::testing;
using edo::tables::Type;

namespace {

std::string psql(const std::string& url, const std::string& script, int expected_code) {
  const auto result = run(Command{{"psql", "-X", "-q", "-d", url, "-f", "-"}, {}, script});
  INFO(result.err);
  REQUIRE(result.exit_code == expected_code);
  return result.err;
}

std::string central_type(Type type) {
  switch (type) {
    case Type::uuid:
    case Type::uuid_like:
      return "uuid";
    case Type::text:
      return "text";
    case Type::json:
      return "jsonb";
    case Type::timestamp:
      return "timestamp with time zone";
    case Type::integer:
      return "integer";
    case Type::boolean:
      return "boolean";
  }
  return {};
}

}  // namespace

TEST_CASE("concurrent migrations create the schema once") {
  const std::string url = PrivatePostgres::shared().fresh_database();
  std::vector<Process> all;
  for (int i = 0; i < 6; ++i) all.emplace_back(replicator({"migrate", "--to", url}));
  int made = 0;
  for (auto& process : all) {
    const auto result = process.wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
    if (result.out.find("is ready") != std::string::npos) ++made;
  }
  // Each migration was made once, not necessarily all by the same program.
  CHECK(made >= 1);
  CHECK(made <= 5);
  CHECK(query_value(url,
                    "SELECT string_agg(version || name, ',') FROM "
                    "event_detector_observability.schema_migrations") ==
        "1telemetry,2fleet,3graphql,4marks,5rhythm");
  CHECK(run_replicator({"migrate", "--to", url}).out.find("is up to date") != std::string::npos);
}

TEST_CASE("figures of a range are read from indexes alone") {
  const std::string url = PrivatePostgres::shared().fresh_database();
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  const auto explained = [&](const std::string& table, const std::string& columns) {
    std::string steps;
    for (const auto& row :
         query(url,
               "SET search_path = event_detector_observability; SET enable_seqscan = off;"
               " SET enable_bitmapscan = off; EXPLAIN SELECT " +
                   columns + ", count(*) FROM " + table +
                   " WHERE created_at >= now() - interval '1 day' GROUP BY " + columns)) {
      steps += row.at(0) + "\n";
    }
    return steps;
  };
  CHECK_THAT(explained("invocations", "status, total_duration_ms"),
             Catch::Contains("Index Only Scan using invocations_by_time"));
  CHECK_THAT(explained("job_executions", "job_name, status, duration_ms"),
             Catch::Contains("Index Only Scan using job_executions_by_time"));
}

TEST_CASE("the schema may have any name") {
  const TemporaryDirectory directory;
  const std::string url = PrivatePostgres::shared().fresh_database();
  const std::string name = "Odd \"name\"; --";
  REQUIRE(run_replicator({"migrate", "--to", url, "--schema", name}).exit_code == 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  CHECK(run_replicator({"run", "--once", "--store", store.path(), "--to", url, "--schema", name})
            .exit_code == 0);
  CHECK(run_replicator({"verify", "--store", store.path(), "--to", url, "--schema", name})
            .exit_code == 0);
  CHECK(query_value(url, "SELECT count(*) FROM \"Odd \"\"name\"\"; --\".invocations") == "2");
}

TEST_CASE("the printed script makes the same schema with psql, and does no harm the second time") {
  const TemporaryDirectory directory;
  const std::string url = PrivatePostgres::shared().fresh_database();
  const std::string script = run_replicator({"migrate", "--print"}).out;
  psql(url, script, 0);
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  ship(store.path(), url);
  psql(url, script, 0);
  require_verified(store.path(), url);
  CHECK(run_replicator({"migrate", "--to", url}).out.find("is up to date") != std::string::npos);

  const auto catalogue = [](const std::string& at) {
    return query_value(at,
                       "SELECT string_agg(n.nspname || c.relname || c.relkind::text || "
                       "coalesce(pg_get_indexdef(c.oid), ''), ',' ORDER BY c.relname) FROM "
                       "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                       "n.nspname = 'event_detector_observability' AND c.relkind IN "
                       "('r', 'i', 'm')");
  };
  CHECK(catalogue(url) == catalogue(migrated_database()));
}

TEST_CASE("a central database of another version than the program's is refused") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  query(url, "INSERT INTO event_detector_observability.schema_migrations VALUES (99, 'future')");
  query(url, "UPDATE event_detector_observability.schema_contract SET oldest_client = 98");
  for (const char* command : {"migrate", "run", "verify"}) {
    std::vector<std::string> arguments = {command, "--to", url};
    if (std::string(command) != "migrate") {
      arguments.insert(arguments.end(), {"--store", store.path()});
    }
    if (std::string(command) == "run") arguments.push_back("--once");
    const auto result = run_replicator(arguments);
    CHECK(result.exit_code == 1);
    CHECK(only_line(result).find(
              "version 99, but this program knows versions up to 5; upgrade the program") !=
          std::string::npos);
  }
  query(url, "DELETE FROM event_detector_observability.schema_migrations");
  const auto old = run_replicator({"run", "--once", "--store", store.path(), "--to", url});
  CHECK(old.exit_code == 1);
  CHECK(only_line(old).find("run edo-replicator migrate --to 'postgresql://") != std::string::npos);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 9);
}

TEST_CASE("a central database of any older version is brought up to date, and keeps its rows") {
  const auto& migrations = edo::schemas::postgres();
  const auto version = GENERATE(range(std::size_t{1}, edo::schemas::postgres().size()));
  CAPTURE(version);
  const std::string schema = "event_detector_observability";
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  const auto tree = store.start_tree();
  const std::string full = migrated_database();
  ship(store.path(), full);

  const std::string url = PrivatePostgres::shared().fresh_database();
  std::string script = "CREATE SCHEMA " + schema + "; SET search_path = " + schema +
                       "; CREATE TABLE schema_migrations (version integer PRIMARY KEY,"
                       " name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());\n";
  for (std::size_t i = 0; i < version; ++i) {
    script += std::string(migrations[i].sql) + "\nINSERT INTO schema_migrations VALUES (" +
              std::to_string(migrations[i].version) + ", '" + std::string(migrations[i].name) +
              "');\n";
  }
  for (std::size_t table = 0; table < edo::tables::kTableCount; ++table) {
    const std::string name(edo::tables::tables()[table].name);
    const std::string columns = edo::apply::column_list(table);
    const auto rows =
        run(Command{{"psql", "-X", "-d", full, "-c",
                     "COPY (SELECT " + columns + " FROM " + schema + "." + name + ") TO STDOUT"}});
    REQUIRE(rows.exit_code == 0);
    script += "COPY " + name + " (" + columns + ") FROM STDIN;\n" + rows.out + "\\.\n";
  }
  psql(url, "\\set ON_ERROR_STOP on\n" + script, 0);

  const auto early = run_replicator({"run", "--once", "--store", store.path(), "--to", url});
  CHECK(early.exit_code == 1);
  CHECK(only_line(early).find("run edo-replicator migrate") != std::string::npos);
  REQUIRE(run_replicator({"migrate", "--to", url}).exit_code == 0);
  require_verified(store.path(), url);
  store.finish_tree(tree);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("a newer central database that has only had things added is used as before") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  query(url, "INSERT INTO event_detector_observability.schema_migrations VALUES (99, 'future')");
  query(url, "ALTER TABLE event_detector_observability.job_logs ADD COLUMN mood text");
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("the maintenance statements work as documented") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(4);
  store.execute(
      "UPDATE invocations SET created_at = '2020-01-01T00:00:00.000000Z' WHERE rowid <= 2");
  ship(store.path(), url);
  REQUIRE(rows_at(url) == 20);
  psql(url, R"(
\set ON_ERROR_STOP on
-- Delete old data (older than 30 days)
DELETE FROM event_detector_observability.invocations
WHERE created_at < NOW() - INTERVAL '30 days';

-- Refresh materialized views
SELECT event_detector_observability.refresh_dashboard_stats();
)",
       0);
  // The trees went with their roots.
  CHECK(rows_at(url) == 10);
  CHECK(query_value(url,
                    "SELECT total_invocations || ' ' || failed_invocations || ' ' || "
                    "avg_duration_ms || ' ' || p95_duration_ms FROM "
                    "event_detector_observability.dashboard_stats") == "2 2 20.00 20.00");
}

TEST_CASE("prune keeps failures for longer") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  store.execute("UPDATE invocations SET created_at = '2020-01-01T00:00:00.000000Z'");
  store.execute("UPDATE invocations SET status = 'completed' WHERE rowid = 1");
  ship(store.path(), url);
  const std::string prune = "SELECT event_detector_observability.prune(";
  CHECK(query_value(url, prune + "'30 days', '100 years')") == "1");
  CHECK(rows_at(url) == 10);
  CHECK(query_value(url, prune + "'30 days')") == "2");
  CHECK(rows_at(url) == 0);
}

TEST_CASE("the computed fields answer") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  ship(store.path(), url);
  // As GraphQL calls them: without the schema in the search path.
  const std::string schema = "event_detector_observability.";
  CHECK(query_value(url, "SELECT concat_ws(' ', " + schema + "success_rate(i), " + schema +
                             "avg_job_duration(i), " + schema + "hasura_event_id(i), " + schema +
                             "hasura_event_payload(i)->'event'->>'op', " + schema +
                             "hasura_user_email(i)) FROM " + schema + "invocations i") ==
        "0.00 17.00 no uuid: 0 INSERT ");
  CHECK(query_value(url, "SELECT " + schema + "job_success_rate(e) FROM " + schema +
                             "event_executions e") == "0.00");
  CHECK(query_value(url, "SELECT jsonb_array_length(" + schema + "console_logs(j)) FROM " + schema +
                             "job_executions j") == "2");
}

TEST_CASE("the computed fields of the store are those of the central database") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  ship(store.path(), url);
  const std::pair<const char*, const char*> fields[] = {
      {"success_rate", "invocations"},          {"avg_job_duration", "invocations"},
      {"job_success_rate", "event_executions"}, {"console_logs", "job_executions"},
      {"hasura_event_id", "invocations"},       {"hasura_event_payload", "invocations"},
      {"hasura_event_time", "invocations"},     {"hasura_user_email", "invocations"},
      {"hasura_user_role", "invocations"},
  };
  for (const auto& [field, table] : fields) {
    CAPTURE(field);
    const std::string schema = "event_detector_observability.";
    // As one text of all rows, in forms that both can write.
    const std::string there = query_value(
        url, std::string("SET TimeZone = 'UTC'; SELECT coalesce(jsonb_agg(to_jsonb(") + schema +
                 field + "(t)) ORDER BY t.id), '[]') FROM " + schema + table + " t");
    const bool is_json =
        store.integer(std::string("SELECT count(*) FROM column_types WHERE relation = '") + field +
                      "' AND type = 'jsonb'") == 1;
    const std::string here =
        store.text(std::string("SELECT json_group_array(") + (is_json ? "json(value)" : "value") +
                   ") FROM (SELECT value FROM " + field + " ORDER BY id)");
    auto expected = nlohmann::json::parse(there);
    if (std::string_view(field) == "hasura_event_time") {
      for (auto& value : expected) {
        if (value.is_string()) {
          value = edo::base::format_timestamp(
              edo::base::parse_timestamp(value.get<std::string>()).value());
        }
      }
    }
    CHECK(nlohmann::json::parse(here) == expected);
    CHECK(expected.size() == 3);
  }
}

TEST_CASE("the list of columns, the store and the central database agree") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  for (std::size_t i = 0; i < edo::tables::kTableCount; ++i) {
    const auto& table = edo::tables::tables()[i];
    const std::string name(table.name);
    CAPTURE(name);
    std::string here;
    for (const auto& column : table.columns) here += std::string(column.name) + ",";
    CHECK(store.text("SELECT group_concat(name || ',', '') FROM pragma_table_info('" + name +
                     "') WHERE name <> 'writer_id'") == here);

    std::string there;
    for (const auto& field : edo::batch::fields(i)) {
      there += field.name + " " + central_type(field.type) + ",";
    }
    there += "store_id uuid,row_version bigint,";
    CHECK(query_value(url,
                      "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || "
                      "',', '' ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
                      "'event_detector_observability." +
                          name + "'::regclass AND attnum > 0 AND NOT attisdropped") == there);
  }
}

TEST_CASE("a database that is not UTF8 is refused, and reported if one is in use") {
  const std::string server = PrivatePostgres::shared().url();
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  for (const std::string encoding : {"SQL_ASCII", "LATIN1"}) {
    const std::string name = "in_" + std::to_string(encoding.size());
    query(server,
          "CREATE DATABASE " + name + " ENCODING '" + encoding + "' LOCALE 'C' TEMPLATE template0");
    const std::string url = server.substr(0, server.rfind('/') + 1) + name;
    const Result refused = run_replicator({"migrate", "--to", url});
    CHECK(refused.exit_code == 1);
    CHECK_THAT(only_line(refused),
               Catch::Matchers::Contains("the database's encoding is " + encoding) &&
                   Catch::Matchers::Contains("createdb --encoding=UTF8"));
    CHECK(query(url, "SELECT FROM pg_namespace WHERE nspname = 'event_detector_observability'")
              .empty());

    // One that an older program has made.
    (void)psql(url, run_replicator({"migrate", "--print"}).out, 0);
    const Result status = run_replicator({"status", "--to", url});
    CHECK(status.exit_code == 1);
    CHECK_THAT(only_line(status), Catch::Matchers::Contains("encoding is " + encoding));
    const Result of_store = run_replicator({"status", "--store", store.path(), "--to", url});
    CHECK(of_store.exit_code == 1);
    CHECK_THAT(of_store.err, Catch::Matchers::Contains("encoding is " + encoding));
  }
}
