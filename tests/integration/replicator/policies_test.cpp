// Row level security in the central database: what its policies allow is written, in the way that
// they leave.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kTables[] = {"invocations", "event_executions", "job_executions", "job_logs"};
constexpr const char* kLedger[] = {"replication_stores", "replication_batches",
                                   "replication_dead_letters", "metrics_stale"};

// "postgresql://edo@host…" as another user.
std::string as_user(const std::string& url, const std::string& user) {
  return "postgresql://" + user + url.substr(url.find('@'));
}

// A central database whose user `tenant` has all rights of an applier, but is under row level
// security in these tables, without any policy yet.
struct Guarded {
  std::string url = migrated_database();
  std::string tenant = as_user(url, "tenant");

  template <typename Tables>
  explicit Guarded(const Tables& tables) {
    const Result roles = run_replicator({"migrate", "--to", url, "--roles"});
    REQUIRE(roles.exit_code == 0);
    query(url, "DROP ROLE IF EXISTS tenant; CREATE ROLE tenant LOGIN IN ROLE edo_applier");
    for (const char* table : tables) guard(table);
  }
  void guard(const std::string& table) const {
    sql("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY");
  }
  void allow(const std::string& table, const std::string& what) const {
    sql("CREATE POLICY p" + std::to_string(++policies_) + " ON " + table + " " + what);
  }
  void sql(const std::string& text) const {
    query(url, "SET search_path TO event_detector_observability; " + text);
  }

 private:
  mutable int policies_ = 0;
};

nlohmann::json ship_as_json(const std::string& store, const std::string& url, int code) {
  const Result shipped = run_replicator(
      {"run", "--once", "--json", "--store", store, "--to", url, "--batch-changes", "40"});
  CAPTURE(shipped.err);
  REQUIRE(shipped.exit_code == code);
  return nlohmann::json::parse(shipped.out)["stores"][0];
}

}  // namespace

TEST_CASE("policies that allow everything are accepted") {
  const Guarded central(kTables);
  for (const char* table : kTables) central.allow(table, "USING (true) WITH CHECK (true)");
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  const auto running = store.start_tree();
  CHECK(ship_as_json(store.path(), central.tenant, 0)["inserted"] == store.rows());
  store.finish_tree(running);
  CHECK(ship_as_json(store.path(), central.tenant, 0)["updated"] == 3);
  require_verified(store.path(), central.url);
}

TEST_CASE("policies that allow INSERT are enough for rows that are new") {
  const bool ledger_too = GENERATE(false, true);
  CAPTURE(ledger_too);
  const Guarded central(kTables);
  for (const char* table : kTables) central.allow(table, "FOR INSERT WITH CHECK (true)");
  for (const char* table : kLedger) {
    if (!ledger_too) break;
    central.guard(table);
    central.allow(table, "FOR INSERT WITH CHECK (true)");
  }
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  const auto running = store.start_tree();
  const auto first = ship_as_json(store.path(), central.tenant, 0);
  CHECK(first["inserted"] == store.rows());
  CHECK(first["dead_letters"] == 0);
  require_verified(store.path(), central.url);
  CHECK(query_value(central.url,
                    "SELECT count(*) FROM event_detector_observability.replication_stores") == "1");

  // What is there cannot be changed by this user: the new state is kept as dead letters, and what
  // is new beside it comes.
  store.finish_tree(running);
  store.add_trees(3);
  const auto second = ship_as_json(store.path(), central.tenant, 1);
  CHECK(second["inserted"] == 15);
  CHECK(second["dead_letters"] == 3);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
  CHECK_THAT(query_value(central.url,
                         "SELECT DISTINCT error FROM"
                         " event_detector_observability.replication_dead_letters"
                         " WHERE table_name = 'invocations'"),
             Contains("row-level security") && Contains("change its row level security policies"));
  // Its owner can.
  CHECK(run_replicator({"requeue", "--to", central.url}).exit_code == 0);
  require_verified(store.path(), central.url);
}

TEST_CASE("rows that the policies refuse are dead letters, and those beside them come") {
  const Guarded central(kTables);
  for (const char* table : kTables) {
    const std::string check =
        table == std::string("invocations") ? "source_table <> 'forbidden'" : "true";
    central.allow(table, "USING (true) WITH CHECK (" + check + ")");
  }
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  const auto refused = store.start_tree();
  store.execute("UPDATE invocations SET source_table = 'forbidden' WHERE id = '" + refused + "'");
  const auto shipped = ship_as_json(store.path(), central.tenant, 1);
  CHECK(shipped["inserted"] == store.rows() - 1);
  CHECK(shipped["dead_letters"] == 1);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("a user that the policies let insert nothing is reported, and no row is set aside") {
  const Guarded central(kTables);
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  const Result result =
      run_replicator({"run", "--once", "--store", store.path(), "--to", central.tenant});
  CHECK(result.exit_code == 1);
  CHECK_THAT(only_line(result), Contains("violates row-level security policy") &&
                                    Contains("change its row level security policies"));
  CHECK(query_value(central.url,
                    "SELECT count(*) FROM event_detector_observability.replication_dead_letters") ==
        "0");
  for (const char* table : kTables) central.allow(table, "FOR INSERT WITH CHECK (true)");
  ship(store.path(), central.tenant);
  require_verified(store.path(), central.url);
}

TEST_CASE("an edge posts to an inbox whose policies allow INSERT alone") {
  constexpr const char* kInbox[] = {"replication_inbox"};
  const Guarded central(kInbox);
  central.allow("replication_inbox", "FOR INSERT WITH CHECK (state = 'pending')");
  query(central.url, "REVOKE edo_applier FROM tenant; GRANT edo_edge TO tenant");
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  const Result posted = run_replicator(
      {"run", "--once", "--via", "inbox", "--store", store.path(), "--to", central.tenant});
  INFO(posted.err);
  CHECK(posted.exit_code == 0);
  CHECK(run_replicator({"apply", "--once", "--to", central.url}).exit_code == 0);
  require_verified(store.path(), central.url);
}
