// verify compares every row by content, in both directions, and says what it found.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";

// What verify says of the store's tables.
nlohmann::json verified(const std::string& store, const std::string& url, int code) {
  const auto result =
      run_replicator({"verify", "--store", store, "--to", url, "--examples", "10000", "--json"});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == code);
  const auto answer = nlohmann::json::parse(result.out)["stores"][0];
  CHECK(answer["all_equal"] == (code == 0));
  return answer["tables"];
}

void require_counts(const nlohmann::json& table, const std::map<std::string, int>& expected) {
  for (const char* count :
       {"equal", "pending", "dead_letters", "missing", "different", "only_in_central_database"}) {
    CAPTURE(count, table.dump());
    const auto found = expected.find(count);
    CHECK(table[count] == (found == expected.end() ? 0 : found->second));
  }
}

// Brings the outbox back to what it was before it was trimmed, as when batches go by file.
class KeptOutbox {
 public:
  explicit KeptOutbox(SampleStore& store) : store_(store) {
    store_.execute("CREATE TABLE kept AS SELECT * FROM outbox WHERE entity <> 'watermark'");
  }
  void restore() {
    store_.execute("UPDATE outbox SET seq = 0 WHERE entity = 'watermark'");
    store_.execute("INSERT INTO outbox SELECT * FROM kept");
  }

 private:
  SampleStore& store_;
};

void add_dead_letter(const std::string& url, SampleStore& store, const std::string& table,
                     const std::string& id, std::int64_t version) {
  query(url, "INSERT INTO " + kCentral +
                 "replication_dead_letters (store_id, table_name, row_id, row_version, error, "
                 "payload, via) VALUES ('" +
                 store.text("SELECT store_id FROM store") + "', '" + table + "', '" + id + "', " +
                 std::to_string(version) + ", 'no', '', 'direct')");
}

}  // namespace

TEST_CASE("verify names what differs") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  ship(store.path(), url);
  struct Change {
    std::string table;
    std::string column;
    std::string value;
  };
  for (const auto& change : std::vector<Change>{
           {"invocations", "source_event_payload", "'{\"event\": 1}'"},
           {"invocations", "source_event_time", "source_event_time + interval '1 microsecond'"},
           {"invocations", "source_event_id", "NULL"},
           {"invocations", "source_user_email", "NULL"},
           {"invocations", "auto_load_modules", "NOT auto_load_modules"},
           {"job_logs", "message", "message || ' '"},
           {"job_logs", "line_number", "1"},
           {"event_executions", "invocation_id", "id"}}) {
    CAPTURE(change.table, change.column);
    const std::string table = "event_detector_observability." + change.table;
    query(url, "CREATE TABLE kept AS SELECT * FROM " + table);
    query(url, "UPDATE " + table + " SET " + change.column + " = " + change.value);
    const auto result = run_replicator({"verify", "--store", store.path(), "--to", url, "--json"});
    CHECK(result.exit_code == 1);
    const auto report = nlohmann::json::parse(result.out)["stores"][0]["tables"][change.table];
    CHECK(report["different"] > 0);
    CHECK(report["missing"] == 0);
    const auto columns = report["examples"][0]["columns"];
    CHECK(columns.size() == 1);
    CHECK(columns.contains(change.column));
    query(url, "UPDATE " + table + " t SET " + change.column + " = k." + change.column +
                   " FROM kept k WHERE k.id = t.id; DROP TABLE kept");
  }
  require_verified(store.path(), url);
}

TEST_CASE("rows that only the central database has are found by their ids, wherever they are") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1100);  // more log lines than one chunk takes
  SampleStore other(directory / "other.db");
  other.add_trees(3);
  ship(store.path(), url);
  ship(other.path(), url);
  const std::string chosen =
      " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM job_logs)"
      " WHERE n IN (1, 2, 1000, 1999, 2000, 2001, 2002, 2200)";
  std::set<std::string> deleted;
  for (const auto& id : nlohmann::json::parse(store.text("SELECT json_group_array(id)" + chosen))) {
    deleted.insert(id);
  }
  REQUIRE(deleted.size() == 8);
  store.execute("DELETE FROM job_logs WHERE id IN (SELECT id" + chosen + ")");
  store.execute("DELETE FROM event_executions");
  const auto tables = verified(store.path(), url, 0);
  require_counts(tables["job_logs"], {{"equal", 2192}, {"only_in_central_database", 8}});
  CHECK(tables["job_logs"]["only_in_central_database_ids"].get<std::set<std::string>>() == deleted);
  require_counts(tables["event_executions"], {{"only_in_central_database", 1100}});
  CHECK(tables["event_executions"]["only_in_central_database_ids"].size() == 1100);
  require_counts(tables["invocations"], {{"equal", 1100}});

  const auto text = run_replicator({"verify", "--store", store.path(), "--to", url});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, Contains("job_logs " + *deleted.begin() + ": only in the central database"));
  CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 6 + 5 + 5 + 1);
}

TEST_CASE("an id in capitals is the same row") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(5);
  store.execute("UPDATE job_logs SET id = upper(id) WHERE sequence = 1");
  ship(store.path(), url);
  require_counts(verified(store.path(), url, 0)["job_logs"], {{"equal", 10}});
}

TEST_CASE(
    "a row in the outbox is compared, and not shipped only if the central database has it not") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  KeptOutbox outbox(store);
  ship(store.path(), url);
  outbox.restore();
  REQUIRE(store.integer("SELECT count(*) FROM outbox") == 20 * 8 + 1);
  require_counts(verified(store.path(), url, 0)["invocations"], {{"equal", 20}});

  query(url, "UPDATE " + kCentral + "invocations SET status = 'running' WHERE id = '" +
                 store.text("SELECT min(id) FROM invocations") + "'");
  query(url, "DELETE FROM " + kCentral + "job_logs WHERE sequence = 2");
  const auto tables = verified(store.path(), url, 1);
  require_counts(tables["invocations"], {{"equal", 19}, {"pending", 1}});
  require_counts(tables["job_logs"], {{"equal", 20}, {"pending", 20}});
  require_counts(tables["job_executions"], {{"equal", 20}});
}

TEST_CASE("a value that does not fit makes its own row different and disturbs no other") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(60);
  ship(store.path(), url);
  KeptOutbox trimmed(store);
  const std::vector<std::string> poisons = {
      "source_job_id = 'rubbish'",
      "source_event_time = 'some time'",
      "total_duration_ms = 3000000000",
      "source_event_payload = '{\"a\":'",
      "context_data = '\"\\u0000\"'",
      "error_message = CAST(x'ff' AS TEXT)",
      "error_message = 'a' || char(0) || 'b'",
      "context_data = '" + std::string(20'000, '[') + std::string(20'000, ']') + "'"};
  std::set<std::string> victims;
  for (std::size_t i = 0; i < poisons.size(); ++i) {
    const std::string id = store.text("SELECT id FROM invocations ORDER BY id LIMIT 1 OFFSET " +
                                      std::to_string(7 * i + 3));
    CAPTURE(poisons[i]);
    store.execute("UPDATE invocations SET " + poisons[i] + " WHERE id = '" + id + "'");
    victims.insert(id);
  }
  const int poisoned = static_cast<int>(poisons.size());
  require_counts(verified(store.path(), url, 1)["invocations"],
                 {{"equal", 60 - poisoned}, {"pending", poisoned}});

  // Once they count as acknowledged, they are faults.
  store.execute("DELETE FROM outbox WHERE entity <> 'watermark'");
  query(url, "DELETE FROM " + kCentral + "invocations WHERE id = '" + *victims.begin() + "'");
  const auto table = verified(store.path(), url, 1)["invocations"];
  require_counts(table, {{"equal", 60 - poisoned}, {"missing", 1}, {"different", poisoned - 1}});
  std::set<std::string> named;
  for (const auto& example : table["examples"]) {
    named.insert(example["id"]);
    CAPTURE(example.dump());
    const bool missing = example["id"] == *victims.begin();
    CHECK(example["what"] == (missing ? "missing" : "different"));
    if (missing) continue;
    CHECK(!example["error"].get<std::string>().empty());
    CHECK_THAT(example["error"].get<std::string>(), !Contains("postgresql://"));
  }
  CHECK(named == victims);
}

TEST_CASE("an id that is not a UUID is missing, whatever else is wrong with its row") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  ship(store.path(), url);
  const std::string odd(36, 'z');
  store.execute("UPDATE invocations SET id = '" + odd + "' WHERE rowid = 1");
  store.execute("UPDATE invocations SET id = '" + std::string(36, '\\') +
                "', context_data = '{' WHERE rowid = 2");
  store.execute("DELETE FROM outbox WHERE entity <> 'watermark'");
  require_counts(verified(store.path(), url, 1)["invocations"],
                 {{"equal", 1}, {"missing", 2}, {"only_in_central_database", 2}});
}

TEST_CASE("verify counts dead letters as such") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(4);
  ship(store.path(), url);
  const auto id = [&](int n) {
    return store.text("SELECT id FROM invocations ORDER BY id LIMIT 1 OFFSET " + std::to_string(n));
  };
  const std::int64_t shipped = store.integer("SELECT max(seq) FROM outbox");
  query(url, "DELETE FROM " + kCentral + "invocations WHERE id = '" + id(0) + "'");
  query(url,
        "UPDATE " + kCentral + "invocations SET status = 'running' WHERE id = '" + id(1) + "'");
  query(url, "DELETE FROM " + kCentral + "invocations WHERE id = '" + id(2) + "'");
  // The last was taken after all.
  for (const int n : {0, 1, 3}) add_dead_letter(url, store, "invocations", id(n), shipped);
  // Of another table and of another store: not ours.
  add_dead_letter(url, store, "job_logs", id(2), shipped);
  auto table = verified(store.path(), url, 1)["invocations"];
  require_counts(table, {{"equal", 1}, {"dead_letters", 2}, {"missing", 1}});
  CHECK(table["examples"][0]["what"] == "dead letter");
  const auto text = run_replicator({"verify", "--store", store.path(), "--to", url});
  CHECK_THAT(only_line(text), Contains("2 rows are dead letters; correct the rows in the store"));

  // A row that has been changed since is on its way again.
  store.execute("UPDATE invocations SET updated_at = updated_at WHERE id = '" + id(0) + "'");
  require_counts(verified(store.path(), url, 1)["invocations"],
                 {{"equal", 1}, {"dead_letters", 1}, {"missing", 1}, {"pending", 1}});
}

TEST_CASE("a store that is written and shipped meanwhile is never found faulty") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(500);
  Process daemon(replicator({"run", "--store", store.path(), "--to", url, "--interval", "1ms"}));
  for (int round = 0; round < 5; ++round) {
    Process verifying(replicator({"verify", "--store", store.path(), "--to", url, "--json"}));
    const auto running = store.start_tree();
    while (verifying.running()) {
      store.add_trees(1);
      store.execute(
          "UPDATE invocations SET updated_at = updated_at, total_jobs_run = "
          "total_jobs_run + 1 WHERE id = '" +
          running + "'");
    }
    const auto result = verifying.wait();
    INFO(result.out << result.err);
    const auto answer = nlohmann::json::parse(result.out);
    for (const auto& table : answer["stores"][0]["tables"]) {
      CHECK(table["missing"] == 0);
      CHECK(table["different"] == 0);
      CHECK(table["only_in_central_database"] == 0);
    }
  }
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  ship(store.path(), url);
  require_verified(store.path(), url);
}
