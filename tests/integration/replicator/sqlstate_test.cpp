// What the server says, by its SQLSTATE, decides what becomes of a row, a batch and a store. Here a
// trigger of the central database says it; docs/replication.md has the table.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace edo::testing;

namespace {

void sql(const std::string& url, const std::string& text) {
  query(url, "SET search_path TO event_detector_observability; " + text);
}

// Raises the code for each statement that adds more than `rows` invocations at once.
void raise_above(const std::string& url, const std::string& sqlstate, int rows) {
  sql(url,
      "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF (SELECT count(*) FROM added) > " +
          std::to_string(rows) + " THEN RAISE EXCEPTION 'too much' USING ERRCODE = '" + sqlstate +
          "'; END IF; RETURN NULL; END $$;"
          " CREATE TRIGGER trouble AFTER INSERT ON invocations REFERENCING NEW TABLE AS added"
          " FOR EACH STATEMENT EXECUTE FUNCTION trouble()");
}

Result run_once(const SampleStore& store, const std::string& url) {
  return run_replicator(
      {"run", "--once", "--store", store.path(), "--to", url, "--retry-attempts", "0"});
}

std::string dead_letters(const std::string& url) {
  return query_value(url,
                     "SELECT count(*) FROM event_detector_observability.replication_dead_letters");
}

}  // namespace

TEST_CASE("a batch that is too large for one transaction is written in parts") {
  const std::string code = GENERATE("54000", "53200", "57014");
  CAPTURE(code);
  const std::string url = migrated_database();
  raise_above(url, code, 7);
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(40);
  const Result result = run_once(store, url);
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(dead_letters(url) == "0");
  require_verified(store.path(), url);
}

TEST_CASE("a row that is too large alone is retried, unless the server can never take it") {
  const auto [code, letters] =
      GENERATE(table<std::string, std::string>({{"54000", "3"}, {"53200", "0"}, {"57014", "0"}}));
  CAPTURE(code);
  const std::string url = migrated_database();
  raise_above(url, code, 0);
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  CHECK(run_once(store, url).exit_code != 0);
  CHECK(dead_letters(url) == letters);
  CHECK((store.integer("SELECT count(*) FROM outbox") == 1) == (letters != "0"));
}

TEST_CASE("trouble of the central database sets nothing aside, and passes") {
  const std::string url = migrated_database();
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  const auto waiting = store.integer("SELECT count(*) FROM outbox");
  for (const std::string code : {// another server
                                 "25006", "08006", "57P01", "57P03",
                                 // wait
                                 "40001", "40P01", "55P03", "55000", "53100", "53300", "57000",
                                 "58030", "XX000", "72000", "HV000", "F0000", "ZZ999",
                                 // a person
                                 "28000", "42501", "42P01", "3F000"}) {
    CAPTURE(code);
    raise_above(url, code, 0);
    CHECK(run_once(store, url).exit_code != 0);
    CHECK(dead_letters(url) == "0");
    CHECK(store.integer("SELECT count(*) FROM outbox") == waiting);
    sql(url, "DROP FUNCTION trouble CASCADE");
  }
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("an error about a row makes it a dead letter and blocks no other row") {
  const std::string url = migrated_database();
  for (const std::string code : {"09000", "0A000", "20000", "21000", "22023", "23514", "27000",
                                 "2F005", "38000", "39004", "44000", "P0001"}) {
    CAPTURE(code);
    sql(url,
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.source_table = 'bad' THEN RAISE EXCEPTION 'no' USING ERRCODE = '" +
            code +
            "'; END IF; RETURN NEW; END $$;"
            " CREATE TRIGGER trouble BEFORE INSERT ON invocations"
            " FOR EACH ROW EXECUTE FUNCTION trouble()");
    const TemporaryDirectory directory;
    SampleStore store(directory / "telemetry.db");
    store.add_trees(2);
    const auto bad = store.start_tree();
    store.execute("UPDATE invocations SET source_table = 'bad' WHERE id = '" + bad + "'");
    store.add_trees(2);
    CHECK(run_once(store, url).exit_code == 1);
    CHECK(dead_letters(url) == "1");
    CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
    sql(url, "DROP FUNCTION trouble CASCADE");
    CHECK(run_replicator({"requeue", "--to", url}).exit_code == 0);
    require_verified(store.path(), url);
  }
}
